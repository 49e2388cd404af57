// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// An option of an app's own command.
struct CommandOption {
  std::string name;         ///< `beam-size`: flag `--beam-size`
  std::string placeholder;  ///< `NUMBER`; empty: it takes no value
  std::string meaning;      ///< for --help
};

/// What was given to a command.
struct GivenOptions {
  std::map<std::string, std::string, std::less<>> values = {};  ///< by name; the last one counts
  std::vector<std::string> words = {};                          ///< what is no option, in order
  bool wants_help = false;

  [[nodiscard]] bool has(std::string_view name) const { return values.find(name) != values.end(); }
  /// The option's value, or `fallback` if it was not given.
  [[nodiscard]] std::string get_or(std::string_view name, const std::string& fallback) const {
    const auto found = values.find(name);
    return found == values.end() ? fallback : found->second;
  }
};

/// The options of an app's own command: reads them, and tells of them, as the built-in commands do.
///
///     const CommandOptions options{"transcribe [OPTIONS] FILE...", "Transcribes files.",
///                                  {{"language", "CODE", "of the speech"}}};
///     const GivenOptions given = options.parse(call.arguments);
///
/// Ownership: owns its texts.
/// Threads: immutable.
/// Errors: `parse` as stated.
class CommandOptions {
 public:
  CommandOptions(std::string usage, std::string description, std::vector<CommandOption> options);

  /// Takes `--name value`, `--name=value`, `-h` and `--help`; after `--` all are words.
  /// @throws Error usage for an unknown option, with the nearest name, and for a value that is
  ///   missing or that nobody asked for.
  [[nodiscard]] GivenOptions parse(const std::vector<std::string>& arguments) const;

  /// The text of `--help`.
  [[nodiscard]] std::string help(const std::string& program) const;

 private:
  [[nodiscard]] const CommandOption& find(const std::string& name) const;
  void take(const std::vector<std::string>& arguments, std::size_t& next,
            GivenOptions& given) const;

  std::string usage_;
  std::string description_;
  std::vector<CommandOption> options_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/command_options.ipp>
#endif
