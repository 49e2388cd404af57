// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clams {

/// Where finished log lines go.
///
/// Ownership: an interface; loggers borrow it, so it must outlive them and their copies.
/// Threads: implementations are thread-safe; `write` may be entered concurrently.
/// Errors: `write` is noexcept: a line that cannot be written is lost, the program goes on.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  LogSink(LogSink&&) = delete;
  LogSink& operator=(LogSink&&) = delete;
  virtual ~LogSink() = default;

  /// Takes one line; it ends with a newline and holds no other.
  virtual void write(std::string_view line) noexcept = 0;
};

/// The standard error stream, a line at a time. Lives as long as the program.
[[nodiscard]] LogSink& stderr_sink();

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/log_sink.ipp>
#endif
