// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/util/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace clams {

/// The machine that a view was made on, as `hwFetch` records it.
struct Hardware {
  std::string cpu;                ///< `x86_64, 2 cores`
  std::vector<std::string> cuda;  ///< a line for each GPU; empty without one
};

/// Describes the machine. May be entered by several threads at once; whoever knows GPUs gives the
/// runner one of its own (RunnerOptions::hardware).
using HardwareProbe = std::function<Hardware()>;

/// The processor and the number of cores that are online; knows no GPU.
[[nodiscard]] Hardware describe_processor();

/// A line for each GPU, as clams-python writes it: `NVIDIA H100, With 81559 MiB`.
[[nodiscard]] std::vector<std::string> describe_gpus(const std::vector<Device>& devices);

/// `{"cpu": ..., "cuda": [...]}`.
[[nodiscard]] Json hardware_json(const Hardware& hardware);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/hardware.ipp>
#endif
