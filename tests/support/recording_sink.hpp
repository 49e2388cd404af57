// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/log_sink.hpp>

#include <mutex>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace clams::testing {

/// Keeps what is logged.
class RecordingSink final : public LogSink {
 public:
  void write(std::string_view line) noexcept override {
    const std::scoped_lock lock{mutex_};
    lines_.emplace_back(line);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock{mutex_};
    return lines_;
  }
  [[nodiscard]] std::string text() const {
    const std::scoped_lock lock{mutex_};
    return std::accumulate(lines_.begin(), lines_.end(), std::string{});
  }

 private:
  mutable std::mutex mutex_;  // guards lines_
  std::vector<std::string> lines_;
};

}  // namespace clams::testing
