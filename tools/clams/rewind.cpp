// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include "clams/files.hpp"
#include <clams/mmif/app_runs.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <istream>
#include <map>
#include <memory>
#include <ostream>
#include <utility>

namespace clams::tool {
namespace {

struct RewindOptions {
  std::string input;
  std::string output;
  std::string mode = "view";
  long number = 0;
  bool pretty = false;
};

/// The views from the last to the first, each with the number by which it is removed.
std::string view_table(const Mmif& mmif) {
  std::map<const View*, std::size_t> run_numbers;
  const auto runs = app_runs(mmif);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const View* view : runs[i]) run_numbers[view] = runs.size() - i;
  }
  std::string table = fmt::format("{:<6}{:<6}{:<28}{}\n", "view", "app", "timestamp", "app URI");
  const auto views = mmif.views();
  for (std::size_t i = views.size(); i-- > 0;) {
    const auto run = run_numbers.find(&views[i]);
    const std::string number = run == run_numbers.end() ? "-" : std::to_string(run->second);
    table += fmt::format("{:<6}{:<6}{:<28}{}\n", views.size() - i, number, views[i].timestamp(),
                         views[i].app());
  }
  return table;
}

/// Asks at the terminal, so the document itself must come from a file.
long asked_number(const Mmif& mmif, const RewindOptions& options, const Streams& streams) {
  if (is_standard_stream(options.input)) {
    throw Error(ErrorCode::usage,
                "say with -n how much to rewind when the document comes from "
                "standard input");
  }
  streams.err << view_table(mmif) << "Number of " << options.mode << "s to remove: " << std::flush;
  long number = 0;
  if (streams.in >> number) return number;
  throw Error(ErrorCode::usage, "no number was given");
}

void run_rewind(const RewindOptions& options, const Streams& streams) {
  Mmif mmif = Mmif::parse(read_input(options.input, streams));
  const long number = options.number == 0 ? asked_number(mmif, options, streams) : options.number;
  if (number <= 0) {
    throw Error(ErrorCode::usage, fmt::format("can only rewind by a positive number of {}s, got {}",
                                              options.mode, number));
  }
  const auto count = static_cast<std::size_t>(number);
  if (options.mode == "view") {
    rewind_views(mmif, count);
  } else {
    rewind_runs(mmif, count);
  }
  const auto layout = options.pretty ? MmifLayout::pretty : MmifLayout::compact;
  write_output(options.output, mmif.serialize(layout), streams);
}

}  // namespace

void add_rewind(CLI::App& app, const Streams& streams) {
  const auto options = std::make_shared<RewindOptions>();
  CLI::App* const command =
      app.add_subcommand("rewind", "Remove the last views of a MMIF file, or the last apps' views");
  command->add_option("MMIF_FILE", options->input, "a file, or - for standard input (the default)");
  command->add_option("-o,--output", options->output, "write to this file");
  command->add_flag("-p,--pretty", options->pretty, "indent the JSON");
  command->add_option("-n,--number", options->number,
                      "how many views or apps to remove; without it you are asked");
  command->add_option("-m,--mode", options->mode, "count views, or runs of apps (default: view)")
      ->check(CLI::IsMember({"app", "view"}))
      ->type_name("view|app");
  command->callback([options, &streams] { run_rewind(*options, streams); });
}

}  // namespace clams::tool
