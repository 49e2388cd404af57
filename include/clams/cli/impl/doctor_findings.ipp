// SPDX-License-Identifier: Apache-2.0
#pragma once

// What surrounds the process: driver, sharing, limits.

#include <clams/cli/detail/doctor_findings.hpp>
#include <clams/memory/nvml_probe.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace clams::detail {

CLAMS_INLINE std::string_view severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::ok: return "ok";
    case Severity::note: return "note";
    case Severity::problem: return "problem";
  }
  return "unknown";
}

CLAMS_INLINE Finding missing_driver(const NvmlProbe& probe, const GpuPlace& place,
                                    const HostFacts& facts) {
  const std::string chosen = place.environment.get_or("CUDA_VISIBLE_DEVICES", "");
  const bool wants_one = !chosen.empty() && chosen != "-1";
  if (wants_one || facts.has_driver_files) {
    return {Severity::problem, "driver", "no GPU can be used: " + probe.why_unavailable(),
            "look at what nvidia-smi -L says here, and at CUDA_VISIBLE_DEVICES; a container needs "
            "the NVIDIA runtime (--gpus) to see the driver"};
  }
  return {Severity::note, "driver", "no GPU here: " + probe.why_unavailable(),
          "requests run on the processor; CLAMS_SIMULATED_GPUS=24GiB simulates a GPU"};
}

CLAMS_INLINE std::vector<Finding> driver_findings(const DeviceProbe& probe, const GpuPlace& place,
                                                  const HostFacts& facts) {
  if (dynamic_cast<const SimulatedProbe*>(&probe) != nullptr) {
    return {{Severity::note, "driver",
             counted(probe.devices().size(), "simulated GPU", "simulated GPUs") +
                 " (CLAMS_SIMULATED_GPUS)",
             "unset it to use the machine's own"}};
  }
  std::vector<Finding> findings;
  const auto* const nvml = dynamic_cast<const NvmlProbe*>(&probe);
  if (probe.devices().empty()) {
    if (nvml != nullptr) findings.push_back(missing_driver(*nvml, place, facts));
  } else {
    const std::string version = probe.devices().front().driver;
    findings.push_back({Severity::ok, "driver",
                        fmt::format("NVIDIA driver {}, {} visible",
                                    version.empty() ? "of unknown version" : version,
                                    counted(probe.devices().size(), "GPU", "GPUs"))});
  }
  if (nvml == nullptr) return findings;
  for (const std::string& remark : nvml->remarks()) {
    findings.push_back({Severity::note, "driver", remark,
                        "if this GPU is meant to be used, see CUDA_VISIBLE_DEVICES and what the "
                        "container was given"});
  }
  return findings;
}

CLAMS_INLINE bool are_of_different_kinds(const std::vector<Device>& devices) {
  return std::any_of(devices.begin(), devices.end(),
                     [&](const Device& device) { return device.name != devices.front().name; });
}

CLAMS_INLINE std::vector<Finding> sharing_findings(const DeviceProbe& probe, const GpuPlace& place,
                                                   const HostFacts& facts) {
  std::vector<Finding> findings;
  const std::string chosen = place.environment.get_or("CUDA_VISIBLE_DEVICES", "");
  const bool by_index = chosen.find('-') == std::string::npos;
  const bool bus_order = place.environment.get_or("CUDA_DEVICE_ORDER", "") == "PCI_BUS_ID";
  if (are_of_different_kinds(probe.devices()) && by_index && !bus_order) {
    findings.push_back({Severity::note, "order",
                        "the GPUs are of different kinds, and CUDA counts the fastest first, but "
                        "the driver by bus",
                        "set CUDA_DEVICE_ORDER=PCI_BUS_ID, or choose by UUID"});
  }
  for (const Device& device : probe.devices()) {
    if (!device.uuid.starts_with("MIG-")) continue;
    findings.push_back({Severity::note, "MIG",
                        fmt::format("GPU {} is the MIG slice {}", device.index, device.uuid),
                        "its memory is its own; a process sees one slice only"});
  }
  if (facts.has_mps && !probe.devices().empty()) {
    const std::string limit =
        place.environment.get_or("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "not set");
    findings.push_back({Severity::note, "MPS",
                        "CUDA's multi-process service is set up; "
                        "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT is " +
                            limit,
                        "one client's fatal error ends all clients; with a limit, set the same "
                        "for every process"});
  }
  return findings;
}

CLAMS_INLINE Finding memory_limit_finding(const HostFacts& facts) {
  if (!facts.memory_limit) return {Severity::ok, "cgroup", "no memory limit"};
  const Bytes used = facts.memory_used.value_or(Bytes{0});
  const std::string what =
      "memory limit " + to_text(*facts.memory_limit) + ", " + to_text(used) + " of it used";
  if (scaled(used, 1.0 / 0.9) < *facts.memory_limit) return {Severity::ok, "cgroup", what};
  return {Severity::problem, "cgroup", what,
          "the kernel kills a process here soon: raise the limit, or end something"};
}

CLAMS_INLINE std::vector<Finding> host_findings(const HostFacts& facts) {
  std::vector<Finding> findings{memory_limit_finding(facts)};
  const std::string processors =
      fmt::format("{} of {} processors usable", facts.usable_processors(), facts.processors);
  findings.push_back({Severity::ok, "cgroup", processors});
  constexpr long long kFew = 64;
  if (facts.process_limit && *facts.process_limit < kFew) {
    findings.push_back(
        {Severity::problem, "cgroup",
         fmt::format("only {} processes and threads are allowed", *facts.process_limit),
         "raise pids.max (--pids-limit of the container)"});
  }
  findings.push_back(
      facts.has_own_pid_namespace
          ? Finding{Severity::note, "PIDs", "a PID namespace of its own, as in a container",
                    "pids in ps are those of each container; no decision rests on them"}
          : Finding{Severity::ok, "PIDs", "the machine's own PID namespace"});
  return findings;
}

}  // namespace clams::detail
