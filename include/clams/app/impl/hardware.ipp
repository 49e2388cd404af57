// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/hardware.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <string>
#include <sys/utsname.h>
#include <unistd.h>

namespace clams {

CLAMS_INLINE Hardware describe_processor() {
  utsname system{};
  const std::string machine = ::uname(&system) == 0 ? system.machine : "unknown";
  const long cores = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
  return {.cpu = machine + ", " + std::to_string(cores) + " cores", .cuda = {}};
}

CLAMS_INLINE Json hardware_json(const Hardware& hardware) {
  return Json{{"cpu", hardware.cpu}, {"cuda", hardware.cuda}};
}

}  // namespace clams
