// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/profile_arguments.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/nearest_name.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

namespace clams::detail {

enum class OperandRule { none, optional, required };

/// An action, and what may follow it.
struct ProfileActionRule {
  std::string_view word;
  ProfileAction action;
  std::string_view operand;  ///< what it is called; empty: there is none
  OperandRule rule;
  std::array<std::string_view, 2> flags;
};

inline constexpr std::array kProfileActions{
    ProfileActionRule{"list", ProfileAction::list, "", OperandRule::none, {"--all"}},
    ProfileActionRule{"show", ProfileAction::show, "HASH", OperandRule::required, {"--all"}},
    ProfileActionRule{
        "export", ProfileAction::export_peaks, "FILE", OperandRule::optional, {"--all"}},
    ProfileActionRule{"import", ProfileAction::import_peaks, "FILE", OperandRule::required, {}},
    ProfileActionRule{
        "clear", ProfileAction::clear, "", OperandRule::none, {"--all", "--older-than"}},
};

[[noreturn]] CLAMS_INLINE void refuse_profile_argument(const std::string& given,
                                                       const std::vector<std::string>& known) {
  throw Error{ErrorCode::usage, "unknown argument " + given + suggestion(given, known)};
}

CLAMS_INLINE const ProfileActionRule& find_profile_action(const std::string& word) {
  std::vector<std::string> words;
  std::string listed;
  words.emplace_back("sweep");  // which is read elsewhere
  for (const ProfileActionRule& rule : kProfileActions) {
    if (rule.word == word) return rule;
    words.emplace_back(rule.word);
    listed += words.back() + ", ";
  }
  if (!word.empty() && !word.starts_with('-')) refuse_profile_argument(word, words);
  throw Error{ErrorCode::usage, "profile: say what to do first: " + listed + "sweep"};
}

/// Reads what follows the action.
///
/// Ownership: borrows the arguments.
/// Threads: confined.
/// Errors: throws Error usage.
class ProfileArgumentReader {
 public:
  ProfileArgumentReader(const std::vector<std::string>& arguments, const ProfileActionRule& rule)
      : arguments_(arguments), rule_(rule) {
    result_.action = rule.action;
    for (const std::string_view flag : rule.flags) {
      if (!flag.empty()) flags_.emplace_back(flag);
    }
  }

  [[nodiscard]] ProfileArguments read();

 private:
  void read_flag(const std::string& argument);
  [[nodiscard]] std::string value_of(const std::string& argument);
  void read_operand(const std::string& word);

  const std::vector<std::string>& arguments_;
  const ProfileActionRule& rule_;
  std::vector<std::string> flags_;
  std::size_t next_ = 1;
  ProfileArguments result_;
};

CLAMS_INLINE ProfileArguments ProfileArgumentReader::read() {
  while (next_ < arguments_.size()) {
    const std::string& argument = arguments_[next_++];
    if (argument.size() > 1 && argument.starts_with('-')) {
      read_flag(argument);
    } else {
      read_operand(argument);
    }
  }
  if (rule_.rule == OperandRule::required && !result_.operand) {
    throw Error{ErrorCode::usage, "profile " + std::string{rule_.word} + ": " +
                                      std::string{rule_.operand} + " is missing"};
  }
  return std::move(result_);
}

CLAMS_INLINE void ProfileArgumentReader::read_flag(const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  if (std::find(flags_.begin(), flags_.end(), flag) == flags_.end()) {
    refuse_profile_argument(flag, flags_);
  }
  if (flag == "--older-than") {
    result_.older_than = parse_age(flag, value_of(argument));
  } else if (flag != argument) {
    throw Error{ErrorCode::usage, "argument " + flag + ": takes no value"};
  } else {
    result_.all_apps = true;
  }
}

CLAMS_INLINE std::string ProfileArgumentReader::value_of(const std::string& argument) {
  const auto equals = argument.find('=');
  if (equals != std::string::npos) return argument.substr(equals + 1);
  return next_ < arguments_.size() ? arguments_[next_++] : "";
}

CLAMS_INLINE void ProfileArgumentReader::read_operand(const std::string& word) {
  if (rule_.rule == OperandRule::none || result_.operand) refuse_profile_argument(word, flags_);
  result_.operand = word;
}

CLAMS_INLINE std::chrono::seconds parse_age(std::string_view flag, std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits{
      {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
  constexpr std::int64_t kMost = 1000000;
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, count);
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  const auto* const known =
      std::find_if(kUnits.begin(), kUnits.end(), [unit](const auto& u) { return u.first == unit; });
  if (problem != std::errc{} || known == kUnits.end() || count < 0 || count > kMost) {
    throw Error{ErrorCode::usage, "argument " + std::string{flag} + ": '" + std::string{text} +
                                      "' is not an age such as 180d, 12h or 30m"};
  }
  return std::chrono::seconds{count * known->second};
}

CLAMS_INLINE ProfileArguments parse_profile_arguments(const std::vector<std::string>& arguments) {
  const bool wants_help =
      std::any_of(arguments.begin(), arguments.end(),
                  [](const std::string& word) { return word == "--help" || word == "-h"; });
  if (wants_help) return {};
  const auto& rule = find_profile_action(arguments.empty() ? "" : arguments.front());
  return ProfileArgumentReader{arguments, rule}.read();
}

}  // namespace clams::detail
