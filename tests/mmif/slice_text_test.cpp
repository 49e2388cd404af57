// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/slice_text.hpp>

using clams::Json;
using clams::Mmif;
using clams::TimeUnit;
using clams::testing::element;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;
namespace types = clams::types;

namespace {

/// The words, each aligned to a frame of one second.
Mmif transcript(const std::vector<std::string>& words) {
  Json annotations = Json::array();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string n = std::to_string(i);
    annotations.push_back(element(types::kToken, "v_0:to_" + n, {{"word", words[i]}}));
    annotations.push_back(
        element(types::kTimeFrame, "v_0:tf_" + n, {{"start", i * 1000}, {"end", i * 1000 + 900}}));
    annotations.push_back(element(types::kAlignment, "v_0:a_" + n,
                                  {{"source", "v_0:tf_" + n}, {"target", "v_0:to_" + n}}));
  }
  Json metadata = signature("asr/v1", "01");
  metadata["contains"] = {
      {clams::AtType{types::kToken}.uri(), Json::object()},
      {clams::AtType{types::kTimeFrame}.uri(), {{"timeUnit", "milliseconds"}, {"document", "d1"}}},
      {clams::AtType{types::kAlignment}.uri(), Json::object()}};
  return mmif_of({view("v_0", metadata, annotations)});
}

}  // namespace

TEST_CASE("the words between two times are joined by blanks", "[mmif]") {
  const Mmif mmif = transcript({"Fido", "barks", "at", "Rex"});

  CHECK(clams::slice_text(mmif, 500, 2500) == "Fido barks at");
  CHECK(clams::slice_text(mmif, 0.5, 1.5, TimeUnit::seconds) == "Fido barks");
  CHECK(clams::slice_text(mmif, 9000, 9999).empty());
}
