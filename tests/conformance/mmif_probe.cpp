// SPDX-License-Identifier: Apache-2.0
// Reads one MMIF on standard input and prints what this library makes of it, in the form that
// replay_mmif.py compares with the recorded answers of another library.
#include "mmif_probe_queries.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <iostream>
#include <iterator>
#include <string>

namespace {

using clams::Json;

/// Where reading stopped: in the JSON itself, or in what it says.
std::string stage_of(const std::string& text) {
  try {
    static_cast<void>(clams::parse_json(text));
    return "schema";
  } catch (const clams::Error&) {
    return "json";
  }
}

Json rejected(const std::string& text, const clams::Error& error) {
  return Json::object(
      {{"verdict", "invalid"}, {"stage", stage_of(text)}, {"message", error.what()}});
}

Json accepted(const clams::Mmif& mmif) {
  std::size_t annotations = 0;
  for (const clams::View& view : mmif.views()) {
    annotations += clams::probe::distinct_annotations(view).size();
  }
  Json report = Json::object({{"verdict", "valid"}, {"stage", "ok"}});
  report["n_documents"] = mmif.documents().size();
  report["n_views"] = mmif.views().size();
  report["n_annotations"] = annotations;
  report["written"] = Json::object({{"default", mmif.serialize()}});
  report["queries"] = clams::probe::answer_queries(mmif);
  return report;
}

Json examine(const std::string& text) {
  try {
    return accepted(clams::Mmif::parse(text));
  } catch (const clams::Error& error) {
    return rejected(text, error);
  }
}

}  // namespace

int main() {
  const std::string text{std::istreambuf_iterator<char>{std::cin}, {}};
  std::cout << clams::write_json(examine(text)) << '\n';
  return 0;
}
