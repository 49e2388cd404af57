// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/hardware.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstdint>
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

CLAMS_INLINE std::vector<std::string> describe_gpus(const std::vector<Device>& devices) {
  constexpr std::int64_t kMebibyte = 1 << 20;
  std::vector<std::string> lines;
  lines.reserve(devices.size());
  for (const Device& device : devices) {
    lines.push_back(device.name + ", With " + std::to_string(device.total.count() / kMebibyte) +
                    " MiB");
  }
  return lines;
}

CLAMS_INLINE Json hardware_json(const Hardware& hardware) {
  return Json{{"cpu", hardware.cpu}, {"cuda", hardware.cuda}};
}

}  // namespace clams
