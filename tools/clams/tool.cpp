// SPDX-License-Identifier: Apache-2.0
#include "clams/tool.hpp"

#include "clams/commands.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/version.hpp>

#include <exception>
#include <optional>
#include <ostream>
#include <span>

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
  add_gpu_sim(app, streams);
}

/// `clams rewind`, or `clams` if no command was recognised.
std::string command_name(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app.get_name() : app.get_name() + " " + command_name(*chosen.front());
}

/// A word that stands where a command is expected.
struct WrongCommand {
  std::string after;  // the command before it
  std::string problem;
};

/// A first argument that is no option must be a command; so must the one after a command that has
/// commands itself.
std::optional<WrongCommand> wrong_command(const CLI::App& app,
                                          std::span<const std::string> arguments) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  if (commands.empty() || arguments.empty() || arguments.front().starts_with('-')) return {};
  std::string names;
  for (const CLI::App* command : commands) {
    if (command->get_name() != arguments.front()) {
      names += (names.empty() ? "" : ", ") + command->get_name();
      continue;
    }
    auto wrong = wrong_command(*command, arguments.subspan(1));
    if (wrong) wrong->after = app.get_name() + " " + wrong->after;
    return wrong;
  }
  return WrongCommand{app.get_name(),
                      "invalid choice '" + arguments.front() + "': expected one of " + names};
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
  if (const auto wrong = wrong_command(app, arguments)) {
    return report(streams, wrong->after, wrong->problem, bad_usage);
  }
  return parse(app, arguments, streams);
}

}  // namespace clams::tool
