// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include "clams/files.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <filesystem>
#include <memory>

namespace clams::tool {
namespace {

struct EnvelopOptions {
  std::string parameters;
  std::string input;
};

/// Standard input, or a file that is there: anything else is a wrong argument.
std::string check_input(const std::string& path) {
  if (is_standard_stream(path) || std::filesystem::exists(path)) return {};
  return "there is no file " + path;
}

Json parse_file(const std::string& text, const std::string& name) {
  try {
    return parse_json(text);
  } catch (const Error& error) {
    throw Error(error.code(), name + ": " + error.what());
  }
}

void run_envelop(const EnvelopOptions& options, const Streams& streams) {
  const Json parameters = parse_file(read_input(options.parameters, streams), "the parameters");
  if (!parameters.is_object()) {
    throw Error(ErrorCode::invalid_input,
                "the parameters must be a JSON object, got " + write_json(parameters));
  }
  const Json mmif = parse_file(read_input(options.input, streams), "the MMIF");
  const Json envelope = {{"parameters", parameters}, {"mmif", mmif}};
  write_output("-", write_json(envelope) + "\n", streams);
}

}  // namespace

void add_envelop(CLI::App& app, const Streams& streams) {
  const auto options = std::make_shared<EnvelopOptions>();
  CLI::App* const command = app.add_subcommand(
      "envelop", "Wrap a MMIF file and runtime parameters into one JSON object, as apps take it");
  command->add_option("PARAMS_FILE", options->parameters, "a file with a JSON object of parameters")
      ->required()
      ->check(check_input);
  command->add_option("MMIF_FILE", options->input, "a file, or - for standard input (the default)")
      ->check(check_input);
  command->callback([options, &streams] { run_envelop(*options, streams); });
}

}  // namespace clams::tool
