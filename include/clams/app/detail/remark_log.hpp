// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/log.hpp>

#include <mutex>
#include <set>
#include <string>

namespace clams::detail {

/// Tells what is odd about inputs: a WARNING for the first of its kind, an INFO for those that
/// follow. An archive's documents all have the same oddities, and a line for each of a million
/// hides the others.
///
/// Ownership: owns the texts that it has told.
/// Threads: thread-safe.
/// Errors: std::bad_alloc.
class RemarkLog {
 public:
  void tell(const std::string& remark, const Logger& logger);

 private:
  [[nodiscard]] bool is_new(const std::string& remark);

  std::mutex mutex_;  // guards told_
  std::set<std::string> told_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/remark_log.ipp>
#endif
