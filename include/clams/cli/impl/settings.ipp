// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/settings.hpp>
#include <clams/util/config.hpp>
#include <clams/util/duration.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/nearest_name.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>
#include <vector>

namespace clams::detail {

inline constexpr std::string_view kVariableSource = "variable ";

CLAMS_INLINE void Settings::offer(std::string_view name, std::string value, std::string source) {
  values_.try_emplace(std::string{name}, Value{std::move(value), std::move(source)});
}

CLAMS_INLINE void Settings::offer_environment(std::span<const Setting> known,
                                              const Environment& environment) {
  for (const Setting& setting : known) {
    const std::string variable{setting.variable};
    std::string value = environment.get_or(variable, "");
    if (!value.empty())
      offer(setting.name, std::move(value), std::string{kVariableSource} + variable);
  }
}

CLAMS_INLINE void Settings::offer_file(const std::string& path,
                                       std::span<const std::span<const Setting>> known) {
  std::vector<std::string> names;
  std::map<std::string, char> separators;
  for (const auto& group : known) {
    for (const Setting& setting : group) {
      names.emplace_back(setting.name);
      if (setting.separator != '\0') separators.emplace(setting.name, setting.separator);
    }
  }
  std::istringstream lines{read_file(path, FileKind::any)};
  for (const CLI::ConfigItem& item : CLI::ConfigTOML{}.from_config(lines)) {
    const std::string key = item.fullname();
    const bool is_known = std::find(names.begin(), names.end(), key) != names.end();
    const auto separator = separators.find(key);
    if (!is_known || (item.inputs.size() != 1 && separator == separators.end())) {
      throw Error{ErrorCode::usage, path + ": " +
                                        (is_known ? "one value is needed for " : "unknown key ") +
                                        key + (is_known ? "" : suggestion(key, names))};
    }
    std::string value = item.inputs.front();
    for (std::size_t i = 1; i < item.inputs.size(); ++i) {
      value += separator->second + item.inputs[i];
    }
    offer(key, std::move(value), path + ": " + key);
  }
}

CLAMS_INLINE const Settings::Value* Settings::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

CLAMS_INLINE void Settings::refuse(const Value& value, const std::string& expected) {
  throw Error{ErrorCode::usage, value.source + ": '" + value.text + "' is not " + expected};
}

CLAMS_INLINE std::optional<std::string> Settings::text(std::string_view name) const {
  const Value* value = find(name);
  return value != nullptr ? std::optional{value->text} : std::nullopt;
}

CLAMS_INLINE std::vector<std::string> Settings::list(std::string_view name, char separator) const {
  std::vector<std::string> values;
  std::istringstream text{this->text(name).value_or("")};
  for (std::string value; std::getline(text, value, separator);) {
    if (!value.empty()) values.push_back(std::move(value));
  }
  return values;
}

CLAMS_INLINE bool Settings::is_on(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return false;
  if (value->text == "true" || value->text == "1" || value->text == "yes") return true;
  if (value->text == "false" || value->text == "0" || value->text == "no") return false;
  refuse(*value, "true or false");
}

CLAMS_INLINE std::optional<std::int64_t> Settings::number(std::string_view name, std::int64_t least,
                                                          std::int64_t most) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t result = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [stop, problem] = std::from_chars(value->text.data(), end, result);
  if (problem != std::errc{} || stop != end || result < least || result > most) {
    refuse(*value, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return result;
}

CLAMS_INLINE std::optional<double> Settings::real(std::string_view name, double least,
                                                  double most) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  double result = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [stop, problem] = std::from_chars(value->text.data(), end, result);
  if (problem != std::errc{} || stop != end || !(result >= least && result <= most)) {
    refuse(*value, fmt::format("a number from {} to {}", least, most));
  }
  return result;
}

CLAMS_INLINE std::optional<Bytes> Settings::bytes(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  try {
    return parse_bytes(value->text);
  } catch (const Error&) {
    refuse(*value, "an amount such as 64MiB");
  }
}

CLAMS_INLINE std::optional<std::chrono::milliseconds> Settings::duration(
    std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  try {
    return std::chrono::ceil<std::chrono::milliseconds>(parse_duration(value->text));
  } catch (const Error&) {
    refuse(*value, "a time such as 30s, 500ms or 5m");
  }
}

CLAMS_INLINE std::optional<LogLevel> Settings::log_level(std::string_view name) const {
  static const std::vector<std::string> known{"debug", "info", "warning", "error", "critical"};
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const std::string word = CLI::detail::to_lower(value->text);
  const bool is_known = std::find(known.begin(), known.end(), word) != known.end();
  if (!is_known && !value->source.starts_with(kVariableSource)) {
    refuse(*value, "debug, info, warning, error or critical" + suggestion(word, known));
  }
  return parse_log_level(word);
}

}  // namespace clams::detail
