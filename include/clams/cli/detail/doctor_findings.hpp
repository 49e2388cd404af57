// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/gpu_place.hpp>
#include <clams/cli/detail/host_facts.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// How bad a finding is.
enum class Severity {
  ok,
  note,    ///< worth knowing; all works
  problem  ///< something is broken, or set wrongly
};

[[nodiscard]] std::string_view severity_name(Severity severity) noexcept;

/// One thing that `doctor` found.
struct Finding {
  Severity severity;
  std::string topic;  ///< `driver`, `GPU 0`, ...
  std::string what;
  std::string advice = {};  ///< what to do; empty: nothing
};

// Each group of findings; none of them throws for what it finds.
[[nodiscard]] std::vector<Finding> driver_findings(const DeviceProbe& probe, const GpuPlace& place,
                                                   const HostFacts& facts);
[[nodiscard]] std::vector<Finding> sharing_findings(const DeviceProbe& probe, const GpuPlace& place,
                                                    const HostFacts& facts);
[[nodiscard]] std::vector<Finding> host_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> gpu_findings(GpuMemory& memory);
[[nodiscard]] std::vector<Finding> ledger_findings(GpuMemory& memory,
                                                   const std::filesystem::path& folder,
                                                   const HostFacts& facts);
[[nodiscard]] std::vector<Finding> profile_findings(const std::filesystem::path& folder);
/// What would be admitted now of requests with the default parameters.
[[nodiscard]] std::vector<Finding> admission_findings(GpuMemory& memory, const GpuPlace& place,
                                                      const HostFacts& facts);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/doctor_findings.ipp>
#include <clams/cli/impl/doctor_memory.ipp>
#endif
