// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/admission.hpp>
#include <clams/util/config.hpp>
#include <clams/util/scope_exit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace clams {

namespace detail {

// A change in the ledger wakes who waits; this is for what the ledger does not see, such as memory
// that a foreign process gives back.
inline constexpr std::chrono::milliseconds kLookAgain{250};

CLAMS_INLINE std::string largest_model(const RequestNeed& need) {
  const auto size = [](const ModelNeed& model) { return model.resident + model.working; };
  const auto largest =
      std::max_element(need.models.begin(), need.models.end(),
                       [&](const auto& a, const auto& b) { return size(a) < size(b); });
  return largest == need.models.end() ? "this request" : largest->key;
}

CLAMS_INLINE std::string refusal_detail(const RoomReport& room) {
  if (room.answer != PromiseAnswer::probed) return room.why_unknown;
  return "Another run whose need is not known yet is being measured on this GPU.";
}

}  // namespace detail

/// One way to run a request: a rung on a device.
struct Admission::Candidate {
  DeviceAccount* account;  // none: on the processor
  RequestNeed need;
  std::size_t rung;
  std::vector<ModelHold> holds = {};
  DeviceAccount::Charge charge = {};
  std::optional<LedgerEntry> entry = {};
  std::optional<RoomReport> report = {};
};

/// One request on its way through admission.
struct Admission::Attempt {
  const AdmissionRequest& request;
  Clock::SteadyTime start;
  std::vector<Candidate> candidates;
  Candidate* nearest = nullptr;  // the one that was tried last on the first rung
};

CLAMS_INLINE Admission::Admission(std::vector<std::unique_ptr<DeviceAccount>>& accounts,
                                  ModelShelf& shelf, const MemoryOptions& options,
                                  const Clock& clock, Logger logger)
    : accounts_(accounts),
      shelf_(shelf),
      options_(options),
      clock_(clock),
      logger_(std::move(logger)) {}

CLAMS_INLINE std::vector<DeviceAccount*> Admission::accounts_in_order() const {
  std::vector<DeviceAccount*> order;
  order.reserve(accounts_.size());
  for (const auto& account : accounts_) order.push_back(account.get());
  if (order.size() < 2) return order;
  if (options_.placement == PlacementPolicy::round_robin) {
    const auto first = static_cast<std::ptrdiff_t>(next_device_++ % order.size());
    std::rotate(order.begin(), order.begin() + first, order.end());
    return order;
  }
  std::vector<std::pair<Bytes, DeviceAccount*>> by_room;
  by_room.reserve(order.size());
  for (DeviceAccount* account : order) by_room.emplace_back(account->look().available(), account);
  std::stable_sort(by_room.begin(), by_room.end(), [&](const auto& a, const auto& b) {
    return options_.placement == PlacementPolicy::least_loaded ? a.first > b.first
                                                               : a.first < b.first;
  });
  std::transform(by_room.begin(), by_room.end(), order.begin(),
                 [](const auto& entry) { return entry.second; });
  return order;
}

CLAMS_INLINE std::vector<Admission::Candidate> Admission::candidates(
    const AdmissionRequest& request) const {
  std::vector<Candidate> result;
  for (DeviceAccount* account : accounts_in_order()) {
    std::vector<RequestNeed> needs = request.needs(account->device());
    for (std::size_t rung = 0; rung < needs.size(); ++rung) {
      const bool on_processor = needs[rung].models.empty();
      result.push_back({.account = on_processor ? nullptr : account,
                        .need = std::move(needs[rung]),
                        .rung = rung});
    }
  }
  const auto rank = [](const Candidate& candidate) {
    const auto& wanted = candidate.need.preferred_device;
    const bool is_preferred =
        wanted && candidate.account && candidate.account->device().index == *wanted;
    const bool is_warm = candidate.account && candidate.need.total() > Bytes{0} &&
                         candidate.account->charge(candidate.need).total < candidate.need.total();
    return std::tuple{candidate.rung, !is_preferred, !is_warm};
  };
  std::stable_sort(result.begin(), result.end(),
                   [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
  return result;
}

CLAMS_INLINE MemoryGrant Admission::admit(const AdmissionRequest& request) {
  if (accounts_.empty()) return MemoryGrant{shelf_};
  Attempt attempt{.request = request, .start = clock_.steady_now(), .candidates = {}};
  attempt.candidates = candidates(request);
  attempt.nearest = &attempt.candidates.front();
  const auto fits_never = [](const Candidate& candidate) {
    return candidate.account && !candidate.account->can_ever_fit(candidate.need);
  };
  if (std::all_of(attempt.candidates.begin(), attempt.candidates.end(), fits_never)) {
    refuse(attempt, RefusalCode::too_large);
  }
  std::erase_if(attempt.candidates, fits_never);
  attempt.nearest = &attempt.candidates.front();
  if (auto grant = try_all(attempt)) return admitted(attempt, *std::move(grant));
  return admitted(attempt, wait_for_grant(attempt));
}

CLAMS_INLINE MemoryGrant Admission::wait_for_grant(Attempt& attempt) {
  if (options_.on_busy == BusyPolicy::reject) refuse(attempt, reason(attempt));
  if (waiting_.fetch_add(1) >= options_.max_queue) {
    --waiting_;
    refuse(attempt, RefusalCode::queue_full);
  }
  const ScopeExit leave{[this] { --waiting_; }};
  const std::stop_callback wake{attempt.request.patience.stop,
                                [&] { attempt.nearest->account->ledger().wake(); }};
  while (clock_.steady_now() - attempt.start < options_.admission_timeout) {
    throw_if_over(attempt.request);
    wait(attempt);
    if (auto grant = try_all(attempt)) return *std::move(grant);
  }
  refuse(attempt, reason(attempt));
}

CLAMS_INLINE void Admission::throw_if_over(const AdmissionRequest& request) const {
  if (request.patience.stop.stop_requested()) {
    throw Error{ErrorCode::cancelled, "request " + request.id + " was cancelled while it waited"};
  }
  if (request.patience.deadline && clock_.steady_now() >= *request.patience.deadline) {
    throw Error{ErrorCode::deadline_exceeded,
                "the time of request " + request.id + " was over while it waited for GPU memory"};
  }
}

CLAMS_INLINE std::optional<MemoryGrant> Admission::try_all(Attempt& attempt) {
  const std::size_t first_rung = attempt.candidates.front().rung;
  const auto patience = options_.on_busy == BusyPolicy::reject
                            ? std::chrono::milliseconds{0}
                            : std::min(options_.ladder_patience, options_.admission_timeout / 2);
  const bool may_step_down = clock_.steady_now() - attempt.start >= patience;
  for (Candidate& candidate : attempt.candidates) {
    if (candidate.rung > first_rung && !may_step_down) break;
    if (auto grant = try_one(attempt, candidate)) return grant;
  }
  return std::nullopt;
}

CLAMS_INLINE std::optional<MemoryGrant> Admission::try_one(Attempt& attempt, Candidate& candidate) {
  if (!candidate.account) return MemoryGrant{shelf_, candidate.need};
  DeviceAccount& account = *candidate.account;
  if (options_.max_per_gpu > 0 && account.grants() >= options_.max_per_gpu) return std::nullopt;
  if (!candidate.entry) enter(attempt, candidate);
  candidate.report = account.try_promise(*candidate.entry);
  if (candidate.report->answer == PromiseAnswer::no_room &&
      account.make_room(shortage(candidate))) {
    candidate.report = account.try_promise(*candidate.entry);
  }
  if (!candidate.report->why_unknown.empty()) {
    ++unknown_;
    logger_.warning("device " + account.device().uuid +
                    " could not be read: " + candidate.report->why_unknown);
  }
  if (!candidate.entry->is_promised()) return std::nullopt;
  return account.grant({.need = std::move(candidate.need),
                        .charge = std::move(candidate.charge),
                        .holds = std::move(candidate.holds),
                        .promise = *std::exchange(candidate.entry, std::nullopt)},
                       attempt.request.expected);
}

CLAMS_INLINE void Admission::enter(const Attempt& attempt, Candidate& candidate) {
  DeviceAccount& account = *candidate.account;
  for (const ModelNeed& model : candidate.need.models) {
    candidate.holds.push_back(shelf_.hold(model.key, account.device().uuid));
  }
  candidate.charge = account.charge(candidate.need);
  candidate.entry = account.ledger().enter(
      {.need = candidate.charge.total,
       .margin = account.margin(candidate.need),
       .request = attempt.request.id,
       .kind = candidate.need.is_guess ? PromiseKind::probing : PromiseKind::known});
}

CLAMS_INLINE Bytes Admission::shortage(const Candidate& candidate) {
  const Bytes wanted = candidate.charge.total + candidate.account->margin(candidate.need);
  return wanted - candidate.report->available();
}

CLAMS_INLINE void Admission::wait(const Attempt& attempt) const {
  const auto left = options_.admission_timeout - (clock_.steady_now() - attempt.start);
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(left);
  const auto most = std::clamp(patience, std::chrono::milliseconds{0}, detail::kLookAgain);
  Ledger& ledger = attempt.nearest->account->ledger();
  if (attempt.nearest->report) {
    ledger.wait_for_change(*attempt.nearest->report, most);
  } else {
    ledger.wait_for_change(most);
  }
}

CLAMS_INLINE RefusalCode Admission::reason(const Attempt& attempt) {
  const auto& report = attempt.nearest->report;
  if (!report) return RefusalCode::no_gpu;
  return report->answer == PromiseAnswer::unknown ? RefusalCode::unknown
                                                  : RefusalCode::insufficient;
}

CLAMS_INLINE MemoryGrant Admission::admitted(const Attempt& attempt, MemoryGrant grant) {
  ++admitted_;
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now() - attempt.start);
  grant.set_waited(waited);
  const Device* device = grant.device();
  logger_.with_request_id(attempt.request.id)
      .info(fmt::format("admission=admitted device={} rung={} need={} promised={} source={} "
                        "waited_ms={}",
                        device ? device->uuid : "none", grant.rung().empty() ? "-" : grant.rung(),
                        grant.need().total().count(), grant.promised().count(),
                        source_name(grant.need().source), waited.count()));
  return grant;
}

CLAMS_INLINE void Admission::refuse(const Attempt& attempt, RefusalCode code) {
  ++refused_[static_cast<std::size_t>(code)];
  const Candidate& nearest = *attempt.nearest;
  DeviceAccount& account = *nearest.account;
  const RoomReport room = nearest.report ? *nearest.report : account.look();
  const Bytes needed = nearest.entry ? nearest.charge.total : nearest.need.total();
  const auto expected =
      account.expected_release(needed - room.available()).value_or(attempt.request.expected);
  Refusal refusal{.code = code,
                  .model = detail::largest_model(nearest.need),
                  .required = needed,
                  .available = std::max(room.available() - account.margin(nearest.need), Bytes{0}),
                  .source = nearest.need.source,
                  .device = account.device().uuid,
                  .holders = account.ledger().holders(),
                  .retry_after = retry_after(expected, attempt.request.id),
                  .detail = detail::refusal_detail(room)};
  logger_.with_request_id(attempt.request.id)
      .warning(fmt::format("admission=refused code={} device={} need={} available={} foreign={} "
                           "promised={} source={}",
                           code_name(code), refusal.device, refusal.required.count(),
                           refusal.available.count(), room.foreign.count(), room.promised.count(),
                           source_name(refusal.source)));
  throw InsufficientMemory{std::move(refusal)};
}

CLAMS_INLINE AdmissionCounts Admission::counts() const {
  AdmissionCounts counts{
      .admitted = admitted_, .refused = {}, .waiting = waiting_, .unknown = unknown_};
  std::copy(refused_.begin(), refused_.end(), counts.refused.begin());
  return counts;
}

CLAMS_INLINE std::chrono::seconds retry_after(std::chrono::milliseconds expected,
                                              const std::string& request) {
  constexpr std::chrono::milliseconds kUnknown{5000};
  constexpr std::size_t kSteps = 41;  // from 80 % to 120 %
  if (expected.count() <= 0) expected = kUnknown;
  const auto step = static_cast<std::int64_t>(std::hash<std::string>{}(request) % kSteps);
  const std::int64_t spread = expected.count() * (80 + step) / 100;
  return std::chrono::seconds{std::clamp<std::int64_t>((spread + 999) / 1000, 1, 60)};
}

}  // namespace clams
