// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/nvml_probe_options.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>

#include <memory>

namespace clams {

/// What `make_device_probe` passes on.
struct DeviceProbeOptions {
  NvmlProbeOptions nvml = {};
  const Clock* clock = &real_clock();  ///< for simulated GPUs; borrowed
};

/// The devices of this process: simulated ones if find_simulated_gpus() has them (a
/// `SimulatedProbe`), else NVIDIA's (an `NvmlProbe`, which may have none and then says why).
/// @throws Error usage if a variable cannot be read, or as find_simulated_gpus().
[[nodiscard]] std::unique_ptr<DeviceProbe> make_device_probe(
    const Environment& environment, const DeviceProbeOptions& options = {});

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/make_device_probe.ipp>
#endif
