// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace clams::testing {

/// What is left of a process that has ended.
struct Ended {
  int exit_code = -1;  ///< -1: ended by a signal
  std::string out;
  std::string err;
};

/// A function running as a process of its own, with its own standard streams. Every wait ends after
/// ten seconds with a failure.
///
/// Ownership: owns the process; the destructor kills it.
/// Threads: confined; to be made while the test has no other thread.
/// Errors: throws std::runtime_error.
class ChildProcess {
 public:
  /// @param body what the process does; it returns the exit code.
  /// @param variables are set in its environment, as `NAME=VALUE`.
  explicit ChildProcess(const std::function<int()>& body, const std::string& input = "",
                        const std::vector<std::string>& variables = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// Waits until stderr holds `text`, and returns all of it so far.
  std::string wait_for_stderr(const std::string& text);
  void signal(int number) const;
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Waits until it has ended.
  [[nodiscard]] Ended wait();

 private:
  bool read_some();

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  Ended ended_;
};

}  // namespace clams::testing
