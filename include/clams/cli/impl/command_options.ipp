// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/command_options.hpp>
#include <clams/cli/detail/help_text.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/nearest_name.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE CommandOptions::CommandOptions(std::string usage, std::string description,
                                            std::vector<CommandOption> options)
    : usage_(std::move(usage)),
      description_(std::move(description)),
      options_(std::move(options)) {}

CLAMS_INLINE const CommandOption& CommandOptions::find(const std::string& name) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const CommandOption& known) { return known.name == name; });
  if (found != options_.end()) return *found;
  std::vector<std::string> names{"--help"};
  for (const CommandOption& option : options_) names.push_back("--" + option.name);
  throw Error{ErrorCode::usage, "unknown option --" + name + suggestion("--" + name, names)};
}

// `next` stands at the option; afterwards at its value if that is an argument of its own.
CLAMS_INLINE void CommandOptions::take(const std::vector<std::string>& arguments, std::size_t& next,
                                       GivenOptions& given) const {
  const std::string& argument = arguments[next];
  const auto equals = std::min(argument.find('='), argument.size());
  const bool has_value = equals < argument.size();
  const CommandOption& option = find(argument.substr(2, equals - 2));
  std::string value = has_value ? argument.substr(equals + 1) : "";
  if (option.placeholder.empty() && has_value) {
    throw Error{ErrorCode::usage, "--" + option.name + " takes no value"};
  }
  if (!option.placeholder.empty() && !has_value) {
    if (++next == arguments.size()) {
      throw Error{ErrorCode::usage, "--" + option.name + " needs a value: " + option.placeholder};
    }
    value = arguments[next];
  }
  given.values.insert_or_assign(option.name, std::move(value));
}

CLAMS_INLINE GivenOptions CommandOptions::parse(const std::vector<std::string>& arguments) const {
  GivenOptions given;
  bool only_words = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (only_words || !argument.starts_with('-') || argument == "-") {
      given.words.push_back(argument);
    } else if (argument == "--") {
      only_words = true;
    } else if (argument == "-h" || argument == "--help") {
      given.wants_help = true;
    } else if (argument.starts_with("--")) {
      take(arguments, i, given);
    } else {
      throw Error{ErrorCode::usage, "unknown option " + argument};
    }
  }
  return given;
}

CLAMS_INLINE std::string CommandOptions::help(const std::string& program) const {
  std::string text = "Usage: " + program + ' ' + usage_ + "\n\n" +
                     detail::wrap_text(description_, 0) + "\nOptions:\n";
  for (const CommandOption& option : options_) {
    const std::string value = option.placeholder.empty() ? "" : ' ' + option.placeholder;
    text += detail::help_entry("--" + option.name + value, option.meaning);
  }
  return text + detail::help_entry("-h, --help", "this text");
}

}  // namespace clams
