// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/host_facts.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace clams::detail {

/// The kernel's number of the namespace that the machine itself starts in.
inline constexpr std::string_view kFirstPidNamespace = "pid:[4026531836]";

CLAMS_INLINE std::vector<std::string> words_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// A limit of a control group; `max`, nonsense and what is beyond any machine are none.
CLAMS_INLINE std::optional<long long> limit_of(const std::string& word) {
  constexpr long long kBeyond = 1LL << 60U;
  long long limit = -1;
  std::istringstream in{word};
  if (!(in >> limit) || limit < 0 || limit >= kBeyond) return std::nullopt;
  return limit;
}

/// The folders of the process's control group for a controller, the process's own first: of version
/// 2, then of version 1. Containers often see theirs as the root.
CLAMS_INLINE std::vector<std::filesystem::path> control_groups(const std::filesystem::path& root,
                                                               const std::string& controller) {
  const std::filesystem::path mount = root / "sys/fs/cgroup";
  std::vector<std::filesystem::path> folders;
  std::ifstream in{root / "proc/self/cgroup"};
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string names = ',' + line.substr(first + 1, second - first - 1) + ',';
    const std::string path = line.substr(std::min(second + 2, line.size()));
    if (names == ",,") folders.push_back(mount / path);
    if (names.find(',' + controller + ',') != std::string::npos) {
      folders.push_back(mount / controller / path);
    }
  }
  folders.push_back(mount);
  folders.push_back(mount / controller);
  return folders;
}

CLAMS_INLINE void read_memory_limit(const std::filesystem::path& root, HostFacts& facts) {
  constexpr std::array<std::array<const char*, 2>, 2> kFiles{
      {{"memory.max", "memory.current"}, {"memory.limit_in_bytes", "memory.usage_in_bytes"}}};
  for (const auto& folder : control_groups(root, "memory")) {
    for (const auto& [limit_file, use_file] : kFiles) {
      const auto words = words_of(folder / limit_file);
      const auto limit = words.empty() ? std::nullopt : limit_of(words.front());
      if (!limit) continue;
      facts.memory_limit = Bytes{*limit};
      const auto use = words_of(folder / use_file);
      if (!use.empty()) facts.memory_used = Bytes{limit_of(use.front()).value_or(0)};
      return;
    }
  }
}

CLAMS_INLINE void read_processor_limit(const std::filesystem::path& root, HostFacts& facts) {
  for (const auto& folder : control_groups(root, "cpu")) {
    auto words = words_of(folder / "cpu.max");
    if (words.size() != 2) {
      words = words_of(folder / "cpu.cfs_quota_us");
      for (const auto& word : words_of(folder / "cpu.cfs_period_us")) words.push_back(word);
    }
    if (words.size() != 2) continue;
    const auto quota = limit_of(words[0]);
    const auto period = limit_of(words[1]);
    if (!quota || !period || *period == 0) continue;
    facts.processor_limit = static_cast<double>(*quota) / static_cast<double>(*period);
    return;
  }
}

CLAMS_INLINE bool is_at(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at is not there for us
  return std::filesystem::exists(path, ignored);
}

CLAMS_INLINE HostFacts read_host_facts(const Environment& environment,
                                       const std::filesystem::path& root) {
  HostFacts facts;
  facts.processors = std::max(1U, std::thread::hardware_concurrency());
  facts.has_driver_files = is_at(root / "proc/driver/nvidia") || is_at(root / "dev/nvidiactl");
  facts.has_mps =
      environment.get("CUDA_MPS_PIPE_DIRECTORY").has_value() || is_at(root / "tmp/nvidia-mps");
  std::error_code unreadable;
  const auto name = std::filesystem::read_symlink(root / "proc/self/ns/pid", unreadable);
  facts.has_own_pid_namespace = !unreadable && name.string() != kFirstPidNamespace;
  read_memory_limit(root, facts);
  read_processor_limit(root, facts);
  for (const auto& folder : control_groups(root, "pids")) {
    const auto words = words_of(folder / "pids.max");
    if (!words.empty() && !facts.process_limit) facts.process_limit = limit_of(words.front());
  }
  return facts;
}

CLAMS_INLINE unsigned HostFacts::usable_processors() const {
  if (!processor_limit) return processors;
  return std::clamp(static_cast<unsigned>(std::ceil(*processor_limit)), 1U, processors);
}

CLAMS_INLINE Json host_facts_json(const HostFacts& facts) {
  const auto bytes = [](std::optional<Bytes> amount) {
    return amount ? Json(amount->count()) : Json{};
  };
  return {{"own_pid_namespace", facts.has_own_pid_namespace},
          {"mps", facts.has_mps},
          {"processors", facts.processors},
          {"processor_limit", facts.processor_limit ? Json(*facts.processor_limit) : Json{}},
          {"memory_limit_bytes", bytes(facts.memory_limit)},
          {"memory_used_bytes", bytes(facts.memory_used)},
          {"process_limit", facts.process_limit ? Json(*facts.process_limit) : Json{}}};
}

}  // namespace clams::detail
