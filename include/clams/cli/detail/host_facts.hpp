// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace clams::detail {

/// What surrounds a process and bears on GPUs and their memory. What cannot be told is missing.
struct HostFacts {
  bool has_driver_files = false;  ///< a kernel module of NVIDIA's is there, whatever NVML says
  bool has_own_pid_namespace = false;
  bool has_mps = false;  ///< CUDA's multi-process service is set up
  std::optional<Bytes> memory_limit = {};
  std::optional<Bytes> memory_used = {};  ///< of the control group that has the limit
  std::optional<double> processor_limit = {};
  std::optional<long long> process_limit = {};
  unsigned processors = 1;

  /// How many processors may be used in fact.
  [[nodiscard]] unsigned usable_processors() const;
};

/// Reads them from /proc, /sys and /dev.
/// @param root where these are: `/`, but for tests.
[[nodiscard]] HostFacts read_host_facts(const Environment& environment,
                                        const std::filesystem::path& root = "/");

[[nodiscard]] Json host_facts_json(const HostFacts& facts);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/host_facts.ipp>
#endif
