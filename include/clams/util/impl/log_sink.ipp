// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/log_sink.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <mutex>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace clams {

namespace detail {

/// Writes lines to a file, a terminal or a pipe, and never waits: while nobody reads a full pipe,
/// lines are lost, and their number is told when there is room again. A server must not stand still
/// because what reads its log does.
///
/// Ownership: borrows the descriptor.
/// Threads: thread-safe.
/// Errors: none.
class DescriptorSink final : public LogSink {
 public:
  explicit DescriptorSink(int descriptor) noexcept : descriptor_(descriptor) {}

  void write(std::string_view line) noexcept override;

 private:
  [[nodiscard]] bool is_read() const noexcept;
  [[nodiscard]] bool write_piecewise(std::string_view text) noexcept;

  const int descriptor_;
  std::mutex mutex_;      // guards the descriptor and lost_
  std::size_t lost_ = 0;  // lines, since the last that was written
};

CLAMS_INLINE bool DescriptorSink::is_read() const noexcept {
  pollfd waiting{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  return ::poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLOUT) != 0;
}

// A pipe that has room has room for so much in one piece, which keeps lines of several processes
// apart.
CLAMS_INLINE bool DescriptorSink::write_piecewise(std::string_view text) noexcept {
  while (!text.empty()) {
    if (!is_read()) return false;
    const auto piece = text.substr(0, std::min<std::size_t>(text.size(), PIPE_BUF));
    const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

CLAMS_INLINE void DescriptorSink::write(std::string_view line) noexcept {
  const std::scoped_lock lock{mutex_};
  if (lost_ > 0 && is_read()) {
    const std::string note = "(" + std::to_string(lost_) + " lines of the log were not read)\n";
    if (write_piecewise(note)) lost_ = 0;
  }
  if (!write_piecewise(line)) ++lost_;
}

}  // namespace detail

CLAMS_INLINE LogSink& stderr_sink() {
  static detail::DescriptorSink sink{STDERR_FILENO};
  return sink;
}

}  // namespace clams
