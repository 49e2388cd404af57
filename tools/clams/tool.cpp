// SPDX-License-Identifier: Apache-2.0
#include "clams/tool.hpp"

#include "clams/commands.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/version.hpp>

#include <exception>
#include <ostream>

namespace clams::tool {
namespace {

std::string version_text() {
  const std::string spec = Mmif{}.spec_version();
  return std::string{kVersion} + " (based on MMIF spec: " + spec.substr(spec.rfind('/') + 1) + ")";
}

void add_commands(CLI::App& app, const Streams& streams) {
  app.require_subcommand(1);
  app.set_version_flag("-v,--version", version_text());
  app.footer("`clams COMMAND --help` tells the options of a command.");
  add_describe(app, streams);
  add_rewind(app, streams);
  add_source(app, streams);
  add_summarize(app, streams);
  add_envelop(app, streams);
}

/// `clams rewind`, or `clams` if no command was recognised.
std::string command_name(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "clams" : "clams " + chosen.front()->get_name();
}

/// A first argument that is no option must be a command; empty if it is fine.
std::string unknown_command(const CLI::App& app, const std::string& first) {
  if (first.starts_with('-')) return {};
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == first) return {};
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return "invalid choice '" + first + "': expected one of " + names;
}

ExitCode report(const Streams& streams, const std::string& who, const std::string& what,
                ExitCode code) {
  streams.err << who << ": " << what << '\n';
  return code;
}

ExitCode parse(CLI::App& app, const std::vector<std::string>& arguments, const Streams& streams) {
  try {
    // CLI11 takes the arguments from the back.
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
    return success;
  } catch (const CLI::Success& answer) {  // --help or --version
    app.exit(answer, streams.out, streams.err);
    return success;
  } catch (const CLI::ParseError& error) {
    return report(streams, command_name(app), error.what(), bad_usage);
  } catch (const std::exception& error) {
    return report(streams, command_name(app), error.what(), failure);
  }
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments, const Streams& streams) {
  CLI::App app{"Works on MMIF files, the documents that CLAMS apps read and write.", "clams"};
  add_commands(app, streams);
  if (arguments.empty()) {
    streams.err << "usage: clams COMMAND [OPTIONS]\n\n" << app.help();
    return failure;
  }
  if (const std::string problem = unknown_command(app, arguments.front()); !problem.empty()) {
    return report(streams, "clams", problem, bad_usage);
  }
  return parse(app, arguments, streams);
}

}  // namespace clams::tool
