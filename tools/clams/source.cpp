// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include "clams/files.hpp"
#include <clams/mmif/source.hpp>

#include <memory>

namespace clams::tool {
namespace {

struct SourceArguments {
  std::vector<std::string> documents;
  SourceOptions options;
  std::string prefix;
  std::string output;
};

void run_source(const SourceArguments& arguments, const Streams& streams) {
  SourceOptions options = arguments.options;
  if (!arguments.prefix.empty()) options.prefix = arguments.prefix;
  const Mmif mmif = make_source(arguments.documents, options);
  write_output(arguments.output, mmif.serialize(MmifLayout::pretty), streams);
}

}  // namespace

void add_source(CLI::App& app, const Streams& streams) {
  const auto arguments = std::make_shared<SourceArguments>();
  CLI::App* const command =
      app.add_subcommand("source", "Make a MMIF file, without views, out of media files");
  command
      ->add_option("DOCUMENTS", arguments->documents,
                   "TYPE:LOCATION, where TYPE is video, audio, text, image or a MIME type such as "
                   "video/mp4, and LOCATION an absolute path or a URI")
      ->required();
  command->add_option(
      "-p,--prefix", arguments->prefix,
      "absolute path to put before the paths of files, which must be relative then");
  command->add_option("-s,--scheme", arguments->options.scheme,
                      "scheme of locations that are no URIs (default: file)");
  command->add_option("-o,--output", arguments->output, "write to this file");
  command->callback([arguments, &streams] { run_source(*arguments, streams); });
}

}  // namespace clams::tool
