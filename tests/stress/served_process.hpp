// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/run.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace clams::testing {

/// The test app, served on a Unix socket by a process of its own.
///
/// Ownership: owns the process and its folder.
/// Threads: confined; to be made while the program has no other thread.
/// Errors: throws std::runtime_error.
class ServedProcess {
 public:
  /// @param prepare what the process does before it serves
  ServedProcess(
      AnnotateFunction annotate, std::vector<std::string> flags,
      const std::function<void()>& prepare = [] {})
      : process_{[&] {
                   prepare();
                   return serve(std::move(annotate), std::move(flags));
                 },
                 "",
                 {"CLAMS_APP_VERSION=v1"}} {
    process_.wait_for_stderr("listening on");
  }

  [[nodiscard]] std::filesystem::path socket() const { return folder_.path() / "s"; }
  [[nodiscard]] ChildProcess& process() { return process_; }

 private:
  [[nodiscard]] int serve(AnnotateFunction annotate, std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {"app", "--unix", socket().string()});
    std::vector<const char*> argv;
    for (const std::string& flag : flags) argv.push_back(flag.c_str());
    return clams::run(test_metadata(), std::move(annotate), static_cast<int>(argv.size()),
                      argv.data());
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

}  // namespace clams::testing
