// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/remark_log.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

// Texts may hold ids of the clients' choice: beyond so many, each is told as a new one.
inline constexpr std::size_t kMostRemarks = 1000;

CLAMS_INLINE void RemarkLog::tell(const std::string& remark, const Logger& logger) {
  logger.log(is_new(remark) ? LogLevel::warning : LogLevel::info, remark);
}

CLAMS_INLINE bool RemarkLog::is_new(const std::string& remark) {
  const std::scoped_lock lock{mutex_};
  if (told_.contains(remark)) return false;
  if (told_.size() < kMostRemarks) told_.insert(remark);
  return true;
}

}  // namespace clams::detail
