// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/process_usage.hpp>
#include <clams/util/config.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>

namespace clams {

namespace detail {

// The amount on the line `NAME:   123 kB` of a file in /proc, or zero.
CLAMS_INLINE Bytes proc_amount(const char* file, const std::string& name) {
  std::ifstream in{file};
  std::string word;
  while (in >> word) {
    std::int64_t kibibytes = 0;
    if (word == name + ':' && in >> kibibytes) return Bytes{kibibytes * 1024};
  }
  return Bytes{0};
}

CLAMS_INLINE double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace detail

namespace http {

CLAMS_INLINE ProcessUsage process_usage() {
  ProcessUsage usage;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    usage.cpu_time = std::chrono::duration<double>{detail::seconds_of(used.ru_utime) +
                                                   detail::seconds_of(used.ru_stime)};
  }
  usage.resident = detail::proc_amount("/proc/self/status", "VmRSS");
  usage.total = detail::proc_amount("/proc/meminfo", "MemTotal");
  usage.available = detail::proc_amount("/proc/meminfo", "MemAvailable");
  double load = 0;
  if (::getloadavg(&load, 1) == 1) usage.load = load;
  usage.cores = std::thread::hardware_concurrency();
  return usage;
}

}  // namespace http
}  // namespace clams
