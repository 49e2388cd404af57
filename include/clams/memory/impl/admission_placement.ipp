// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where admission tries to run a request, in order.

#include <clams/memory/admission.hpp>
#include <clams/memory/impl/admission_attempt.hpp>
#include <clams/memory/placement.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace clams {

/// What is asked about a device when there is more than one to choose from.
CLAMS_INLINE PlacementOption Admission::option(const Candidate& candidate, std::size_t device,
                                               Bytes available) const {
  PlacementOption option{.rung = candidate.rung};
  if (candidate.account == nullptr) return option;
  const DeviceAccount& account = *candidate.account;
  const RequestNeed& need = candidate.need;
  const Bytes charged = account.charge(need).total;
  const Device& where = account.device();
  option.device = device;
  option.is_chosen =
      need.preferred_device
          ? where.index == *need.preferred_device
          : !options_.pin_to.empty() && names_device(options_.pin_to, where.index, where.uuid);
  option.is_warm = charged < need.total();
  option.is_full = account.slots().is_full();
  option.spare = available - charged - account.margin(need);
  option.load = account.slots().in_use();
  return option;
}

CLAMS_INLINE void Admission::check_choice(const RequestNeed& need) const {
  if (options_.placement != PlacementPolicy::pinned || !need.preferred_device) return;
  const bool is_there = std::any_of(accounts_.begin(), accounts_.end(), [&](const auto& account) {
    return account->device().index == *need.preferred_device;
  });
  if (is_there) return;
  throw Error{ErrorCode::invalid_parameter,
              "the request is pinned to GPU " + std::to_string(*need.preferred_device) +
                  ", but there are only " + std::to_string(accounts_.size())};
}

CLAMS_INLINE std::vector<Admission::Candidate> Admission::candidates(
    const AdmissionRequest& request) const {
  std::vector<Candidate> all;
  std::vector<PlacementOption> options;
  for (std::size_t device = 0; device < accounts_.size(); ++device) {
    DeviceAccount& account = *accounts_[device];
    const Bytes available = accounts_.size() > 1 ? account.look().available() : Bytes{0};
    std::vector<RequestNeed> needs = request.needs(account.device());
    for (std::size_t rung = 0; rung < needs.size(); ++rung) {
      check_choice(needs[rung]);
      const bool on_processor = needs[rung].models.empty();
      all.push_back({.account = on_processor ? nullptr : &account,
                     .need = std::move(needs[rung]),
                     .rung = rung});
      options.push_back(option(all.back(), device, available));
    }
  }
  const auto order = placement_order(options_.placement, options, turn_++, accounts_.size());
  std::vector<Candidate> result;
  result.reserve(order.size());
  for (const std::size_t place : order) result.push_back(std::move(all[place]));
  return result;
}

}  // namespace clams
