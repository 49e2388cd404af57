// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_files.hpp>

#include <atomic>
#include <cerrno>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams::testing {

/// The real calls, of which the n-th fails with the errno chosen, and perhaps all after it. Closing
/// counts too, but closes all the same. Nothing waits: neither for the disk (no test cuts the
/// power) nor for a lock.
class FaultyPeakFiles final : public detail::PeakFiles {
 public:
  static constexpr int kShortWrite = -1;  ///< in place of an errno: writes one byte
  static constexpr int kNoWrite = -2;     ///< likewise: writes nothing, and says so

  int open(int folder, const std::string& name, int flags, mode_t mode) override {
    if (fails("open")) return -reason_;
    return real_.open(folder, name, flags, mode);
  }
  int make_folder(int folder, const std::string& name, mode_t mode) override {
    if (fails("mkdir")) return -reason_;
    return real_.make_folder(folder, name, mode);
  }
  int close(int file) override {
    const bool failing = fails("close");
    const int result = real_.close(file);
    return failing ? -reason_ : result;
  }
  int status(int file, struct stat& status) override {
    return fails("fstat") ? -reason_ : real_.status(file, status);
  }
  int status_of(int folder, const std::string& name, struct stat& status) override {
    return fails("fstatat") ? -reason_ : real_.status_of(folder, name, status);
  }
  ssize_t read(int file, std::span<char> buffer) override {
    return fails("read") ? -reason_ : real_.read(file, buffer);
  }
  ssize_t write(int file, std::string_view text) override {
    if (!fails("write")) return real_.write(file, text);
    if (reason_ == kNoWrite) return 0;
    return reason_ == kShortWrite ? real_.write(file, text.substr(0, 1)) : -reason_;
  }
  int sync(int file) override {
    struct stat status {};
    const bool is_folder = real_.status(file, status) == 0 && S_ISDIR(status.st_mode);
    return fails(is_folder ? "fsync of a folder" : "fsync") ? -reason_ : 0;
  }
  int lock(int file, std::chrono::milliseconds /*patience*/) override {
    if (before_lock) before_lock();
    return fails("flock") ? -reason_ : real_.lock(file, std::chrono::milliseconds{0});
  }
  int rename(int folder, const std::string& from, const std::string& to) override {
    return fails("rename") ? -reason_ : real_.rename(folder, from, to);
  }
  int remove(int folder, const std::string& name) override {
    return fails("unlink") ? -reason_ : real_.remove(folder, name);
  }
  int entries(int folder, std::vector<std::string>& names) override {
    return fails("readdir") ? -reason_ : real_.entries(folder, names);
  }

  /// From now on, call `at` fails with `reason` (0: none); with `forever` all later ones too.
  enum class Extent { once, forever };
  void fail(int at, int reason, Extent extent = Extent::once) {
    reason_ = reason;
    extent_ = extent;
    calls_ = 0;
    fails_at_ = at;
    has_failed_ = false;
    only_ = "";
    const std::scoped_lock lock{steps_mutex_};
    steps_.clear();
  }
  /// From now on each `call` fails with `reason`, the others do not.
  void fail_each(std::string call, int reason) {
    fail(1, reason, Extent::forever);
    only_ = std::move(call);
  }
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  /// The calls since `fail` that change what is on the disk, in order.
  [[nodiscard]] std::vector<std::string> steps() const {
    const std::scoped_lock lock{steps_mutex_};
    return steps_;
  }
  [[nodiscard]] int calls() const { return calls_; }

  /// Done by the thread that writes, before it takes a lock: what another process does just then.
  std::function<void()> before_lock;

 private:
  bool fails(std::string_view call) {
    const int number = ++calls_;
    if (call == "write" || call == "rename" || call.starts_with("fsync")) {
      const std::scoped_lock lock{steps_mutex_};
      steps_.emplace_back(call);
    }
    if (!only_.empty() && call != only_) return false;
    if (fails_at_ == 0 || number < fails_at_) return false;
    if (number > fails_at_ && extent_ == Extent::once) return false;
    if (reason_ < 0 && call != "write") return false;
    has_failed_ = true;
    return true;
  }

  detail::PeakFiles& real_ = detail::real_peak_files();
  std::atomic<int> calls_{0};
  std::atomic<int> fails_at_{0};
  std::atomic<int> reason_{0};
  std::atomic<Extent> extent_{Extent::once};
  std::atomic<bool> has_failed_{false};
  std::string only_;  // set while nothing is written
  mutable std::mutex steps_mutex_;
  std::vector<std::string> steps_;  // guarded by steps_mutex_
};

}  // namespace clams::testing
