// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is found about GPUs, ledgers, remembered peaks, and what would be admitted.

#include <clams/cli/detail/doctor_findings.hpp>
#include <clams/memory/detail/ledger_record.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace clams::detail {

CLAMS_INLINE Finding gpu_finding(DeviceAccount& account) {
  const Device& device = account.device();
  const std::string topic = "GPU " + std::to_string(device.index);
  const std::string who = device.name + ' ' + device.uuid;
  const RoomReport room = account.look();
  if (room.answer == PromiseAnswer::unknown) {
    return {Severity::problem, topic, who + " cannot be read: " + room.why_unknown,
            "look at nvidia-smi and the kernel's log; requests are refused until it can be read "
            "(--on-unknown)"};
  }
  if (room.answer == PromiseAnswer::busy) {
    return {Severity::problem, topic, who + ": the lock of its ledger did not come in time",
            "a process that is stopped, or hostile, holds it: look for one in the ledger's folder "
            "with fuser"};
  }
  const std::string what =
      fmt::format("{}: {} of {} available, {} promised, {} foreign, {} kept as margin", who,
                  to_text(room.available()), to_text(device.total), to_text(room.promised),
                  to_text(room.foreign), to_text(account.margin()));
  if (room.foreign > scaled(device.total, 0.5)) {
    return {Severity::note, topic, what,
            "more than half of it is used by processes that make no promises"};
  }
  return {Severity::ok, topic, what};
}

CLAMS_INLINE std::vector<Finding> gpu_findings(GpuMemory& memory) {
  std::vector<Finding> findings;
  for (const auto& account : memory.accounts()) findings.push_back(gpu_finding(*account));
  return findings;
}

CLAMS_INLINE Finding ledger_finding(const DeviceAccount& account) {
  const auto holders = account.ledger().holders();
  const auto count = [&](PromiseHolder::State state) {
    return static_cast<std::size_t>(
        std::count_if(holders.begin(), holders.end(),
                      [&](const PromiseHolder& holder) { return holder.state == state; }));
  };
  const auto died = count(PromiseHolder::State::dead);
  Finding finding{Severity::ok, "ledger",
                  fmt::format("GPU {}: {}, {} waiting, {} of the dead that count for a while yet",
                              account.device().index,
                              counted(count(PromiseHolder::State::promised), "promise", "promises"),
                              count(PromiseHolder::State::waiting), died)};
  if (holders.size() * 10 > kLedgerSlots * 9) {
    finding.severity = Severity::problem;
    finding.advice = fmt::format("{} of {} places are taken: run fewer requests side by side",
                                 holders.size(), kLedgerSlots);
  } else if (died > 0) {
    finding.severity = Severity::note;
    finding.advice = "a process was killed; its memory comes back by itself";
  }
  return finding;
}

CLAMS_INLINE std::vector<Finding> ledger_findings(GpuMemory& memory,
                                                  const std::filesystem::path& folder,
                                                  const HostFacts& facts) {
  if (memory.accounts().empty()) return {};
  Finding where{Severity::ok, "ledger", "in " + folder.string()};
  if (facts.has_own_pid_namespace && !folder.string().starts_with("/run/clams")) {
    where.severity = Severity::note;
    where.advice =
        "other containers do not see it: give all that share a GPU the same folder (--ledger-dir)";
  }
  std::vector<Finding> findings{std::move(where)};
  for (const auto& account : memory.accounts()) findings.push_back(ledger_finding(*account));
  return findings;
}

CLAMS_INLINE std::vector<Finding> profile_findings(const std::filesystem::path& folder) {
  if (folder.empty()) {
    return {{Severity::problem, "profiles", "there is no folder to remember peaks in",
             "set HOME, XDG_CACHE_HOME or --profile-dir"}};
  }
  std::filesystem::path nearest = folder;
  std::error_code ignored;  // what cannot be looked at cannot be written
  while (!std::filesystem::exists(nearest, ignored) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (::access(nearest.c_str(), W_OK | X_OK) != 0 ||
      !std::filesystem::is_directory(nearest, ignored)) {
    return {{Severity::problem, "profiles", folder.string() + " cannot be written",
             "what is measured is forgotten: give it to this user, or set --profile-dir"}};
  }
  return {{Severity::ok, "profiles", "in " + folder.string()}};
}

CLAMS_INLINE Finding admission_finding(DeviceAccount& account, const RequestNeed& need) {
  const RoomReport room = account.look();
  const Bytes margin = account.margin(need);
  const std::string what = fmt::format(
      "GPU {}: a request needs {} ({}), {} is available, {} is kept", account.device().index,
      to_text(need.total()), source_name(need.source), to_text(room.available()), to_text(margin));
  if (!account.can_ever_fit(need)) {
    return {Severity::problem, "admission", what + ": never admitted",
            "use a smaller model or a larger GPU, or see --margin, --leave-free and --memory-cap"};
  }
  if (!room.is_known()) return {Severity::problem, "admission", what + ": " + room.problem(), {}};
  if (need.total() + margin <= room.available()) {
    return {Severity::ok, "admission", what + ": admitted at once"};
  }
  return {Severity::note, "admission", what + ": would wait",
          "see ps for who has the memory; idle models are dropped when somebody waits"};
}

/// The same in words for who needs no GPU, or what cannot be told.
CLAMS_INLINE Finding admission_note(const std::string& what, std::string advice = {}) {
  return {Severity::note, "admission", what, std::move(advice)};
}

CLAMS_INLINE std::vector<Finding> admission_findings(GpuMemory& memory, const GpuPlace& place,
                                                     const HostFacts& facts) {
  if (memory.accounts().empty()) return {};
  std::vector<Finding> findings;
  try {
    const MemoryRequest request = request_to_plan(place, {});
    if (!uses_gpus(place, request, memory)) {
      return {admission_note("the app says nothing of GPUs: requests run on the processor")};
    }
    for (const auto& account : memory.accounts()) {
      const RequestNeed need = memory.estimate(request, account->device());
      findings.push_back(need.models.empty() ? admission_note("requests run on the processor first")
                                             : admission_finding(*account, need));
      if (facts.memory_limit && need.total() > *facts.memory_limit && findings.size() == 1) {
        findings.push_back(admission_note(
            "the need is larger than the memory limit of the control group",
            "a model that is read into the host's memory first needs a higher limit"));
      }
    }
  } catch (const std::exception& error) {
    findings.push_back(admission_note(std::string{"the app's need is not known: "} + error.what(),
                                      "run plan with the app's parameters"));
  }
  // A GPU that is too small is no harm while another one is large enough.
  const auto is_bad = [](const Finding& one) { return one.severity == Severity::problem; };
  if (!std::all_of(findings.begin(), findings.end(), is_bad)) {
    for (Finding& one : findings) one.severity = is_bad(one) ? Severity::note : one.severity;
  }
  return findings;
}

}  // namespace clams::detail
