// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/startup_banner.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/version.hpp>

#include <fmt/format.h>

namespace clams {

namespace detail {

CLAMS_INLINE std::string gpu_line(DeviceAccount& account) {
  const Device& device = account.device();
  const RoomReport room = account.look();
  const std::string free = room.is_known()
                               ? fmt::format("{:.2f} of {:.2f} GB free",
                                             room.available().gibibytes(), device.total.gibibytes())
                               : "no figures: " + room.problem();
  return fmt::format("GPU {}: {} {}, {}, {:.2f} GB left as margin", device.index, device.name,
                     device.uuid, free, account.margin().gibibytes());
}

CLAMS_INLINE std::string placement_line(const MemoryOptions& options, std::size_t gpus) {
  const std::string limit = options.max_per_gpu == 0
                                ? "requests on each: as many as fit"
                                : fmt::format("requests on each: {} at most, {} in all",
                                              options.max_per_gpu, options.max_per_gpu * gpus);
  const std::string pin = options.pin_to.empty() ? "" : ", to GPU " + options.pin_to;
  return fmt::format("GPUs: {}, {}; placement {}{}", gpus, limit, placement_name(options.placement),
                     pin);
}

}  // namespace detail

namespace http {

CLAMS_INLINE std::vector<std::string> startup_banner(const AppRunner& runner, std::size_t workers) {
  const AppMetadata& metadata = runner.metadata();
  GpuMemory& memory = runner.memory();
  std::vector<std::string> lines{
      fmt::format("{} {} (clams-cpp {})", metadata.name, metadata.app_version, kVersion)};
  for (const auto& account : memory.accounts()) lines.push_back(detail::gpu_line(*account));
  lines.push_back(memory.accounts().empty()
                      ? "GPUs: none; requests run on the processor"
                      : detail::placement_line(memory.options(), memory.accounts().size()));
  const std::size_t slots = memory.options().max_per_gpu * memory.accounts().size();
  if (workers < slots) {
    lines.push_back(fmt::format(
        "only {}: set --max-concurrency to {} to use all of the GPUs' {}",
        counted(workers, "request runs at a time", "requests run side by side"), slots, slots));
  }
  return lines;
}

}  // namespace http
}  // namespace clams
