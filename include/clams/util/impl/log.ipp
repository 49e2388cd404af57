// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/json.hpp>
#include <clams/util/log.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <unistd.h>
#include <utility>

namespace clams {

namespace detail {

inline constexpr std::array<std::string_view, 5> kLogLevelNames{"DEBUG", "INFO", "WARNING", "ERROR",
                                                                "CRITICAL"};

CLAMS_INLINE std::string log_level_text(LogLevel level) {
  return std::string{kLogLevelNames.at(static_cast<std::size_t>(level))};
}

CLAMS_INLINE void append_escaped_control(std::string& out, unsigned code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[code >> 4U];
  out += kDigits[code & 0x0FU];
}

// C1 controls count too: some terminals obey U+009B as they do ESC [.
CLAMS_INLINE bool is_log_control(char32_t c) {
  return (c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0);
}

constexpr bool is_plain_log_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte < 0x7F) || c == '\t';
}

CLAMS_INLINE std::string escape_log_text(std::string_view message) {
  if (std::all_of(message.begin(), message.end(), is_plain_log_byte)) return std::string{message};
  const std::string text = replace_invalid_utf8(message);
  std::string_view rest = text;
  std::string result;
  while (const auto next = first_code_point(rest)) {
    if (next->value == '\n') {
      result += "\\n";
    } else if (next->value == '\r') {
      result += "\\r";
    } else if (is_log_control(next->value)) {
      append_escaped_control(result, static_cast<unsigned>(next->value));
    } else {
      result += rest.substr(0, next->length);
    }
    rest.remove_prefix(next->length);
  }
  return result;
}

CLAMS_INLINE std::string local_log_time(Clock::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  ::localtime_r(&seconds, &fields);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &fields);
  return {text.data(), length};
}

}  // namespace detail

CLAMS_INLINE LogLevel parse_log_level(std::string_view name) {
  std::string upper{name};
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  for (std::size_t i = 0; i < detail::kLogLevelNames.size(); ++i) {
    if (upper == detail::kLogLevelNames[i]) return static_cast<LogLevel>(i);
  }
  return LogLevel::warning;
}

CLAMS_INLINE Logger::Logger(std::string name, LogOptions options)
    : name_(std::make_shared<const std::string>(std::move(name))), options_(options) {}

CLAMS_INLINE Logger Logger::with_request_id(std::string id) const {
  Logger child = *this;
  child.request_id_ = std::move(id);
  return child;
}

CLAMS_INLINE void Logger::log(LogLevel level, std::string_view message) const noexcept {
  if (!writes(level)) return;
  try {
    const bool as_text = options_.format == LogFormat::text;
    options_.sink->write(as_text ? text_line(level, message) : json_line(level, message));
  } catch (...) {
    options_.sink->write("CRITICAL: a log message was lost: it could not be laid out\n");
  }
}

CLAMS_INLINE std::string Logger::text_line(LogLevel level, std::string_view message) const {
  constexpr std::size_t kLevelWidth = 8;
  const std::string_view name = detail::kLogLevelNames.at(static_cast<std::size_t>(level));
  std::string line = detail::local_log_time(options_.clock->system_now());
  line.reserve(line.size() + name_->size() + request_id_.size() + message.size() + 64);
  line.append(" ").append(detail::escape_log_text(*name_)).append(" ").append(name);
  line.append(kLevelWidth - name.size() + 1, ' ').append(std::to_string(::gettid())).append(" ");
  if (!request_id_.empty()) {
    line.append("[").append(detail::escape_log_text(request_id_)).append("] ");
  }
  return line.append(detail::escape_log_text(message)).append("\n");
}

CLAMS_INLINE std::string Logger::json_line(LogLevel level, std::string_view message) const {
  Json record = Json::object();
  record["ts"] = utc_timestamp(options_.clock->system_now());
  record["level"] = detail::log_level_text(level);
  record["logger"] = replace_invalid_utf8(*name_);
  if (!request_id_.empty()) record["request_id"] = replace_invalid_utf8(request_id_);
  record["message"] = replace_invalid_utf8(message);
  return write_json(record, JsonLayout::compact, JsonSpelling::metadata) + '\n';
}

}  // namespace clams
