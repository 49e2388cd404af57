// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/command_line.hpp>
#include <clams/cli/detail/memory_settings.hpp>
#include <clams/cli/detail/program_help.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/nearest_name.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

namespace clams::detail {

inline constexpr std::array<std::string_view, 8> kCommandWords{
    "serve", "annotate", "metadata", "profile", "resources", "ps", "doctor", "plan"};

/// Those whose arguments are read elsewhere.
inline constexpr std::array<std::pair<std::string_view, Command>, 6> kOwnReaders{
    {{"annotate", Command::annotate},
     {"profile", Command::profile},
     {"resources", Command::resources},
     {"ps", Command::ps},
     {"doctor", Command::doctor},
     {"plan", Command::plan}}};

/// Those that take settings after their word, too.
CLAMS_INLINE bool takes_settings_after(Command command) {
  return command == Command::profile || command == Command::ps || command == Command::doctor;
}

/// The options of a program as CLI11 knows them, and where their values are put.
///
/// Ownership: owns all.
/// Threads: confined.
/// Errors: `parse` throws Error usage.
class ProgramOptions {
 public:
  explicit ProgramOptions(const RunExtras& extras);

  [[nodiscard]] CommandLine parse(const std::vector<std::string>& arguments,
                                  const Environment& environment);

  /// The help text of the command that was parsed, or of the program.
  [[nodiscard]] std::string help(const AppMetadata& metadata, const std::string& program) const;

 private:
  void add(CLI::App& to, std::span<const Setting> settings);
  void add_own_commands();
  [[nodiscard]] bool is_own(const std::string& word) const;
  [[nodiscard]] Command command_of(const std::string& word) const;
  void parse_words(std::vector<std::string> words);
  [[nodiscard]] std::vector<std::string> take_settings(std::vector<std::string>& words) const;
  [[nodiscard]] std::size_t find_command(const std::vector<std::string>& arguments) const;
  [[nodiscard]] bool takes_value(const std::string& flag) const;
  [[nodiscard]] std::string first_unknown(const std::vector<std::string>& words) const;
  [[nodiscard]] std::vector<std::string> known_names() const;
  void fill(Settings& settings, const Environment& environment) const;

  const RunExtras& extras_;
  std::vector<Setting> own_;
  CLI::App app_;
  CLI::App* serve_;
  CLI::App* metadata_;
  std::map<std::string_view, std::string> values_;
  std::map<std::string_view, CLI::Option*> options_;
  std::string config_file_;
  bool pretty_ = false;
  bool version_ = false;
};

CLAMS_INLINE std::vector<Setting> own_settings(const RunExtras& extras) {
  std::vector<Setting> settings;
  settings.reserve(extras.settings.size());
  for (const AppSetting& setting : extras.settings) {
    settings.push_back({setting.name, setting.variable, setting.placeholder, setting.meaning});
  }
  return settings;
}

CLAMS_INLINE ProgramOptions::ProgramOptions(const RunExtras& extras)
    : extras_(extras),
      own_(own_settings(extras)),
      serve_(app_.add_subcommand("serve")),
      metadata_(app_.add_subcommand("metadata")) {
  app_.add_subcommand("annotate");
  app_.add_subcommand("profile")->fallthrough();
  app_.add_subcommand("resources");
  app_.add_subcommand("ps")->fallthrough();
  app_.add_subcommand("doctor")->fallthrough();
  app_.add_subcommand("plan");
  app_.add_flag("--version", version_);
  app_.add_option("--config", config_file_);
  add(app_, common_settings());
  add(app_, memory_settings());
  add(*serve_, serve_settings());
  add(app_, own_);
  add_own_commands();
  serve_->fallthrough();
  metadata_->fallthrough();
  metadata_->add_flag("--pretty", pretty_);
}

CLAMS_INLINE void ProgramOptions::add_own_commands() {
  std::set<std::string_view> taken{kCommandWords.begin(), kCommandWords.end()};
  for (const AppCommand& command : extras_.commands) {
    if (!taken.insert(command.name).second || !command.run) {
      throw Error{ErrorCode::usage, "the app's command '" + command.name +
                                        "' is there already, or has nothing to run"};
    }
    app_.add_subcommand(command.name);
  }
}

CLAMS_INLINE bool ProgramOptions::is_own(const std::string& word) const {
  return std::any_of(extras_.commands.begin(), extras_.commands.end(),
                     [&](const AppCommand& command) { return command.name == word; });
}

CLAMS_INLINE void ProgramOptions::add(CLI::App& to, std::span<const Setting> settings) {
  for (const Setting& setting : settings) {
    const std::string flag = "--" + std::string{setting.name};
    if (values_.contains(setting.name)) {
      throw Error{ErrorCode::usage, "the app's setting " + flag + " is there already"};
    }
    std::string& value = values_[setting.name];
    options_[setting.name] =
        setting.placeholder.empty() ? to.add_flag(flag, value) : to.add_option(flag, value);
    if (setting.separator != '\0') options_[setting.name]->join(setting.separator);
  }
}

CLAMS_INLINE bool ProgramOptions::takes_value(const std::string& flag) const {
  if (flag == "--config") return true;
  const auto option = std::find_if(options_.begin(), options_.end(), [&](const auto& known) {
    return flag == "--" + std::string{known.first};
  });
  return option != options_.end() && option->second->get_items_expected_max() > 0;
}

/// Where the command's word stands; the number of arguments if there is none.
CLAMS_INLINE std::size_t ProgramOptions::find_command(
    const std::vector<std::string>& arguments) const {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_word =
        std::find(kCommandWords.begin(), kCommandWords.end(), arguments[i]) != kCommandWords.end();
    if (is_word || is_own(arguments[i])) return i;
    if (takes_value(arguments[i])) ++i;
  }
  return arguments.size();
}

/// Takes the settings, with their values, out of what follows a command.
CLAMS_INLINE std::vector<std::string> ProgramOptions::take_settings(
    std::vector<std::string>& words) const {
  std::vector<std::string> settings;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string flag = words[i].substr(0, words[i].find('='));
    const bool is_setting =
        takes_value(flag) || (flag.starts_with("--") && options_.contains(flag.substr(2)));
    (is_setting ? settings : others).push_back(words[i]);
    const bool has_value = takes_value(words[i]) && i + 1 < words.size();
    if (has_value) settings.push_back(words[++i]);
  }
  words = std::move(others);
  return settings;
}

CLAMS_INLINE std::vector<std::string> ProgramOptions::known_names() const {
  std::vector<std::string> names{"--config", "--version", "--help", "--pretty"};
  for (const auto& [name, option] : options_) names.push_back("--" + std::string{name});
  for (const auto word : kCommandWords) names.emplace_back(word);
  for (const AppCommand& command : extras_.commands) names.push_back(command.name);
  return names;
}

/// The first word that is neither a name nor, as far as can be told, the value of one.
CLAMS_INLINE std::string ProgramOptions::first_unknown(
    const std::vector<std::string>& words) const {
  const std::vector<std::string> known = known_names();
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string name = words[i].substr(0, words[i].find('='));
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
    if (takes_value(words[i])) ++i;
  }
  return {};
}

CLAMS_INLINE void ProgramOptions::parse_words(std::vector<std::string> words) {
  const std::string unknown = first_unknown(words);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app_.parse(words);
  } catch (const CLI::ExtrasError& error) {
    if (unknown.empty()) throw Error{ErrorCode::usage, error.what()};
    throw Error{ErrorCode::usage,
                "unknown argument " + unknown + suggestion(unknown, known_names())};
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::ParseError& error) {
    throw Error{ErrorCode::usage, error.what()};
  }
}

CLAMS_INLINE void ProgramOptions::fill(Settings& settings, const Environment& environment) const {
  for (const auto& [name, option] : options_) {
    if (option->count() > 0) settings.offer(name, values_.at(name), "--" + std::string{name});
  }
  settings.offer_environment(common_settings(), environment);
  settings.offer_environment(serve_settings(), environment);
  settings.offer_environment(memory_settings(), environment);
  settings.offer_environment(own_, environment);
  // What containers of clams-python apps are configured with; the nearest thing here.
  const auto gunicorn = environment.get_or("CLAMS_GUNICORN_WORKERS", "");
  if (!gunicorn.empty())
    settings.offer("max-concurrency", gunicorn, "variable CLAMS_GUNICORN_WORKERS");
  const std::string file =
      config_file_.empty() ? environment.get_or("CLAMS_CONFIG", "") : config_file_;
  const std::array known{common_settings(), serve_settings(), memory_settings(),
                         std::span<const Setting>{own_}};
  if (!file.empty()) settings.offer_file(file, known);
}

// These go to the program as a whole, not to the command that is meant when there is none.
CLAMS_INLINE bool asks_for_overview(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return argument == "--help" || argument == "-h" || argument == "--version";
  });
}

CLAMS_INLINE std::string ProgramOptions::help(const AppMetadata& metadata,
                                              const std::string& program) const {
  if (serve_->parsed()) return serve_help(program, extras_);
  if (metadata_->parsed()) return metadata_help(program);
  return overview_help(metadata, program, extras_);
}

/// The command whose own arguments are read elsewhere; `serve`: it is none of those.
CLAMS_INLINE Command ProgramOptions::command_of(const std::string& word) const {
  if (is_own(word)) return Command::own;
  const auto known = std::find_if(kOwnReaders.begin(), kOwnReaders.end(),
                                  [&](const auto& reader) { return reader.first == word; });
  return known != kOwnReaders.end() ? known->second : Command::serve;
}

CLAMS_INLINE CommandLine ProgramOptions::parse(const std::vector<std::string>& arguments,
                                               const Environment& environment) {
  const std::size_t word = find_command(arguments);
  const Command command = word < arguments.size() ? command_of(arguments[word]) : Command::serve;
  std::vector<std::string> words = arguments;
  CommandLine line;
  if (command != Command::serve) {
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(word);
    line.rest.assign(at + 1, words.end());
    words.erase(at + 1, words.end());
    line.command = command;
    if (command == Command::own) line.own = arguments[word];
    if (takes_settings_after(command)) {
      const auto settings = take_settings(line.rest);
      words.insert(words.end(), settings.begin(), settings.end());
    }
  } else if (word < words.size()) {  // its flags may stand before the command, too
    std::rotate(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(word),
                words.begin() + static_cast<std::ptrdiff_t>(word) + 1);
  } else if (!asks_for_overview(arguments)) {
    words.insert(words.begin(), "serve");
  }
  try {
    parse_words(std::move(words));
  } catch (const CLI::CallForHelp&) {
    line.command = Command::help;
    return line;
  }
  if (metadata_->parsed()) line.command = Command::metadata;
  if (version_) line.command = Command::version;
  line.pretty = pretty_;
  fill(line.settings, environment);
  return line;
}

CLAMS_INLINE CommandLine parse_command_line(const AppMetadata& metadata, const std::string& program,
                                            const std::vector<std::string>& arguments,
                                            const Environment& environment,
                                            const RunExtras& extras) {
  ProgramOptions options{extras};
  CommandLine line = options.parse(arguments, environment);
  if (line.command == Command::help) line.help = options.help(metadata, program);
  return line;
}

}  // namespace clams::detail
