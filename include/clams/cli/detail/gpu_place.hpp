// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/clams_app.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/memory_options.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace clams::detail {

/// What `ps`, `doctor` and `plan` look at: this machine's GPUs, as the app would use them.
struct GpuPlace {
  const ClamsApp& app;
  const AppMetadata& metadata;  ///< complete
  Environment environment;
  MemoryOptions options;
  LogOptions log;
  std::string program;  ///< for the texts
  std::function<std::unique_ptr<DeviceProbe>()> make_probe;
  std::filesystem::path root = "/";  ///< where /proc and the like are
};

/// The machine's GPU memory, for looking at: nothing is measured.
/// @throws Error io if the ledgers cannot be used, usage for a setting that is no good.
[[nodiscard]] std::unique_ptr<GpuMemory> open_to_look(const GpuPlace& place,
                                                      std::unique_ptr<DeviceProbe> probe);

/// A request of the app with these parameters, as far as its memory is concerned.
/// @throws Error invalid_parameter if the app would refuse them; whatever the app throws.
[[nodiscard]] MemoryRequest request_to_plan(const GpuPlace& place, const RawParameters& parameters);

/// Whether such requests are admitted to GPUs at all: who has no way to measure one and says
/// nothing of one does not use one.
[[nodiscard]] bool uses_gpus(const GpuPlace& place, const MemoryRequest& request,
                             GpuMemory& memory);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/gpu_place.ipp>
#endif
