// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include "clams/files.hpp"
#include <clams/mmif/summary.hpp>

#include <memory>

namespace clams::tool {
namespace {

struct SummarizeOptions {
  std::string input;
  std::string output;
  bool pretty = false;
};

void run_summarize(const SummarizeOptions& options, const Streams& streams) {
  std::string text = read_input(options.input, streams);
  const std::size_t size = text.size();
  const Json summary = summarize(Mmif::parse(std::move(text)), size);
  const auto layout = options.pretty ? JsonLayout::pretty : JsonLayout::compact;
  write_output(options.output, write_json(summary, layout), streams);
}

}  // namespace

void add_summarize(CLI::App& app, const Streams& streams) {
  const auto options = std::make_shared<SummarizeOptions>();
  CLI::App* const command = app.add_subcommand(
      "summarize", "Summarize as JSON what is in a MMIF file: media, views, transcript, entities");
  command->add_option("MMIF_FILE", options->input, "a file, or - for standard input (the default)");
  command->add_option("-o,--output", options->output, "write to this file");
  command->add_flag("-p,--pretty", options->pretty, "indent the JSON");
  command->callback([options, &streams] { run_summarize(*options, streams); });
}

}  // namespace clams::tool
