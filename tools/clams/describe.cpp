// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include "clams/files.hpp"
#include <clams/mmif/describe.hpp>
#include <clams/mmif/description_schema.hpp>

#include <filesystem>
#include <memory>

namespace clams::tool {
namespace {

struct DescribeOptions {
  std::string input;
  std::string output;
  std::string schema;
  bool pretty = false;
};

Json described_input(const std::string& input, const Streams& streams) {
  if (!is_standard_stream(input) && std::filesystem::is_directory(input)) {
    return describe_collection(input);
  }
  return describe(Mmif::parse(read_input(input, streams)));
}

void run_describe(const DescribeOptions& options, const Streams& streams) {
  if (!options.schema.empty()) {
    const auto kind =
        options.schema == "mmif-file" ? DescriptionKind::file : DescriptionKind::folder;
    const std::string text = write_json(description_schema(kind), JsonLayout::pretty);
    write_output("-", text + "\n", streams);
    return;
  }
  const auto layout = options.pretty ? JsonLayout::pretty : JsonLayout::compact;
  const std::string text = write_json(described_input(options.input, streams), layout);
  write_output(options.output, text + "\n", streams);
}

}  // namespace

void add_describe(CLI::App& app, const Streams& streams) {
  const auto options = std::make_shared<DescribeOptions>();
  CLI::App* const command = app.add_subcommand(
      "describe", "Tell as JSON which apps made a MMIF file, or the *.mmif files of a folder");
  command->add_option("MMIF_FILE", options->input,
                      "a file, a folder, or - for standard input (the default)");
  command->add_option("-o,--output", options->output, "write to this file");
  command->add_flag("-p,--pretty", options->pretty, "indent the JSON");
  command
      ->add_option("--help-schema", options->schema,
                   "print the JSON schema of a description instead")
      ->check(CLI::IsMember({"mmif-file", "mmif-dir"}))
      ->type_name("mmif-file|mmif-dir");
  command->callback([options, &streams] { run_describe(*options, streams); });
}

}  // namespace clams::tool
