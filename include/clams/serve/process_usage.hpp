// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <chrono>

namespace clams::http {

/// What this process uses, and what the machine has.
struct ProcessUsage {
  std::chrono::duration<double> cpu_time{};  ///< user and system time of all threads
  Bytes resident;                            ///< of this process
  Bytes total;                               ///< memory of the machine
  Bytes available;                           ///< that could be used without swapping
  double load = 0;                           ///< mean number of runnable threads in the last minute
  unsigned cores = 0;                        ///< logical processors
};

/// The figures as they are now; those that the system does not tell are zero.
[[nodiscard]] ProcessUsage process_usage();

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/process_usage.ipp>
#endif
