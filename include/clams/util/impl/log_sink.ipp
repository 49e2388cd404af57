// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/log_sink.hpp>

#include <cerrno>
#include <unistd.h>

namespace clams {

namespace detail {

class StderrSink final : public LogSink {
 public:
  // One write(2) a line keeps the lines of several threads and processes apart.
  void write(std::string_view line) noexcept override {
    while (!line.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }
};

}  // namespace detail

CLAMS_INLINE LogSink& stderr_sink() {
  static detail::StderrSink sink;
  return sink;
}

}  // namespace clams
