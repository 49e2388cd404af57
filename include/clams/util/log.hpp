// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>
#include <clams/util/log_sink.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace clams {

/// How serious a message is.
enum class LogLevel { debug, info, warning, error, critical };

/// Lines for people, or one JSON object a line for machines.
enum class LogFormat { text, json };

/// The level that `CLAMS_LOGLEVEL` names, in any case; unknown names and none at all mean warning.
[[nodiscard]] LogLevel parse_log_level(std::string_view name);

/// How a logger writes, and where.
struct LogOptions {
  LogLevel level = LogLevel::warning;  ///< less serious messages are dropped
  LogFormat format = LogFormat::text;
  LogSink* sink = &stderr_sink();      ///< borrowed
  const Clock* clock = &real_clock();  ///< borrowed
};

/// Writes messages under a name, and a request's messages with that request's id.
///
/// Text: `2026-11-21 09:01:19 NAME WARNING  THREAD [REQUEST] MESSAGE` in local time; line breaks
/// and control characters of the message are escaped, so that no message can forge a line. JSON:
/// the fields ts (UTC), level, logger, request_id (if there is one), message.
///
/// Ownership: a value; borrows the sink and the clock of its options, which must outlive it.
/// Threads: immutable, and writing is thread-safe.
/// Errors: logging never throws; what cannot be laid out is replaced by a note in the log.
class Logger {
 public:
  explicit Logger(std::string name, LogOptions options = {});

  /// The same logger for the messages of one request.
  [[nodiscard]] Logger with_request_id(std::string id) const;

  [[nodiscard]] const std::string& name() const { return *name_; }
  [[nodiscard]] LogLevel level() const { return options_.level; }

  /// Whether messages of this level are written, for callers whose message is costly to make.
  [[nodiscard]] bool writes(LogLevel level) const { return level >= options_.level; }

  void log(LogLevel level, std::string_view message) const noexcept;
  void debug(std::string_view message) const noexcept { log(LogLevel::debug, message); }
  void info(std::string_view message) const noexcept { log(LogLevel::info, message); }
  void warning(std::string_view message) const noexcept { log(LogLevel::warning, message); }
  void error(std::string_view message) const noexcept { log(LogLevel::error, message); }
  void critical(std::string_view message) const noexcept { log(LogLevel::critical, message); }

 private:
  [[nodiscard]] std::string text_line(LogLevel level, std::string_view message) const;
  [[nodiscard]] std::string json_line(LogLevel level, std::string_view message) const;

  std::shared_ptr<const std::string> name_;  // one for all that speak under it
  std::string request_id_;
  LogOptions options_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/log.ipp>
#endif
