// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/admission.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clams {

/// One way to run a request: a rung on a device.
struct Admission::Candidate {
  DeviceAccount* account;  // none: on the processor
  RequestNeed need;
  std::size_t rung;
  DeviceAccount::Charge charge = {};
  std::optional<LedgerEntry> entry = {};
  std::vector<ModelHold> holds = {};  // end before the entry: whom its end wakes may drop models
  std::optional<RoomReport> report = {};
  std::uint32_t epoch = 0;  // of the ledger, before it was tried last

  /// Gives the place in the line up.
  void leave_line() {
    holds.clear();
    entry.reset();
  }
  [[nodiscard]] Bytes spare() const {
    return report->available() - charge.total - account->margin(need);
  }
};

/// One request on its way through admission.
struct Admission::Attempt {
  const AdmissionRequest& request;
  Clock::SteadyTime start;
  std::uint64_t arrival;
  std::vector<Candidate> candidates;
  Candidate* nearest = nullptr;  // of the first rung, the one that lacks least

  void leave_lines() {
    for (Candidate& candidate : candidates) candidate.leave_line();
  }
};

}  // namespace clams
