// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/admission.hpp>
#include <clams/memory/impl/admission_attempt.hpp>
#include <clams/util/config.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

namespace clams {

namespace detail {

// A change in the ledger wakes who waits; this is for what the ledger does not see, such as memory
// that a foreign process gives back.
inline constexpr std::chrono::milliseconds kLookAgain{250};

// Within this time every process has told what it uses of its promises.
inline constexpr std::chrono::milliseconds kSettled{250};
inline constexpr int kMostLooks = 16;  // meanwhile

}  // namespace detail

CLAMS_INLINE Admission::Admission(std::vector<std::unique_ptr<DeviceAccount>>& accounts,
                                  ModelShelf& shelf, const MemoryOptions& options,
                                  const Clock& clock, Logger logger)
    : accounts_(accounts),
      shelf_(shelf),
      options_(options),
      clock_(clock),
      logger_(std::move(logger)) {}

CLAMS_INLINE MemoryGrant Admission::admit(const AdmissionRequest& request) {
  if (accounts_.empty()) return MemoryGrant{shelf_};
  Attempt attempt{.request = request,
                  .start = clock_.steady_now(),
                  .arrival = ++arrivals_,
                  .candidates = candidates(request)};
  attempt.nearest = &attempt.candidates.front();
  const ScopeExit leave{[&] {
    for (const auto& account : accounts_) {
      account->slots().leave_line(attempt.arrival);
      tell_line(*account);  // it may be somebody's turn who came later
    }
  }};
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
  if (options_.on_busy == BusyPolicy::reject) {
    if (auto grant = try_settled(attempt, LooksAgain::if_others_try)) return *std::move(grant);
    refuse(attempt, reason(attempt));
  }
  if (waiting_.fetch_add(1) >= options_.max_queue) {
    --waiting_;
    const bool has_none = reason(attempt) == RefusalCode::no_gpu;
    refuse(attempt, has_none ? RefusalCode::no_gpu : RefusalCode::queue_full);
  }
  const ScopeExit leave{[this] { --waiting_; }};
  const std::stop_callback wake{attempt.request.patience.stop, [this] { wake_all(); }};
  while (clock_.steady_now() - attempt.start < options_.admission_timeout) {
    throw_if_over(attempt.request);
    wait(attempt, attempt.start + options_.admission_timeout);
    if (auto grant = try_all(attempt)) return *std::move(grant);
  }
  if (auto grant = try_settled(attempt, LooksAgain::if_counted_twice)) return *std::move(grant);
  refuse(attempt, reason(attempt));
}

CLAMS_INLINE bool Admission::may_be_counted_twice(const Attempt& attempt) {
  return std::any_of(
      attempt.candidates.begin(), attempt.candidates.end(), [](const Candidate& one) {
        return one.report && one.report->answer == PromiseAnswer::no_room &&
               one.spare() < Bytes{0} && one.spare() + one.report->unsettled >= Bytes{0};
      });
}

/// Whether there was room for one who came earlier and is being answered just now.
CLAMS_INLINE bool Admission::is_behind_another(const Attempt& attempt) {
  return std::any_of(attempt.candidates.begin(), attempt.candidates.end(),
                     [](const Candidate& one) {
                       return one.report && one.report->answer == PromiseAnswer::not_my_turn;
                     });
}

// Memory that another process has just taken counts as foreign as well as promised until that
// process tells. Nobody is to be refused for that alone, even if it may not wait.
CLAMS_INLINE std::optional<MemoryGrant> Admission::try_settled(Attempt& attempt, LooksAgain when) {
  const auto end = attempt.start + detail::kSettled;
  for (int look = 0; look < detail::kMostLooks; ++look) {
    const bool others_try = when == LooksAgain::if_others_try && is_behind_another(attempt);
    if (!others_try && !may_be_counted_twice(attempt)) break;
    if (clock_.steady_now() >= end) break;
    throw_if_over(attempt.request);
    wait(attempt, end);
    if (auto grant = try_all(attempt)) return grant;
  }
  return std::nullopt;
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

CLAMS_INLINE std::chrono::milliseconds Admission::ladder_step() const {
  if (options_.on_busy == BusyPolicy::reject) return std::chrono::milliseconds{0};
  return std::min(options_.ladder_patience, options_.admission_timeout / 2);
}

CLAMS_INLINE void Admission::tell_line(DeviceAccount& account) noexcept {
  if (account.slots().has_line()) account.ledger().wake();
}

CLAMS_INLINE std::optional<MemoryGrant> Admission::try_all(Attempt& attempt) {
  const std::size_t first_rung = attempt.candidates.front().rung;
  const bool may_step_down = clock_.steady_now() - attempt.start >= ladder_step();
  for (auto begin = attempt.candidates.begin(); begin != attempt.candidates.end();) {
    if (begin->rung > first_rung && !may_step_down) break;
    const auto end = std::find_if(begin, attempt.candidates.end(), [&](const Candidate& other) {
      return other.rung != begin->rung;
    });
    if (auto grant = try_rung(attempt, {begin, end})) return grant;
    begin = end;
  }
  find_nearest(attempt);
  return std::nullopt;
}

// Nothing is dropped anywhere as long as some device has room without it.
CLAMS_INLINE std::optional<MemoryGrant> Admission::try_rung(Attempt& attempt,
                                                            std::span<Candidate> rung) {
  for (Candidate& candidate : rung) {
    if (auto grant = try_one(attempt, candidate)) return grant;
  }
  const auto lacks_room = [](const Candidate& candidate) {
    return candidate.report && candidate.report->answer == PromiseAnswer::no_room;
  };
  for (Candidate& candidate : rung) {
    // Again and again, since others may be quicker to take what was freed.
    while (lacks_room(candidate) && candidate.account->make_room(Bytes{0} - candidate.spare())) {
      if (auto grant = try_one(attempt, candidate)) return grant;
    }
  }
  return std::nullopt;
}

CLAMS_INLINE std::optional<MemoryGrant> Admission::try_one(Attempt& attempt, Candidate& candidate) {
  if (!candidate.account) return MemoryGrant{shelf_, candidate.need};
  DeviceAccount& account = *candidate.account;
  candidate.epoch = account.ledger().epoch();  // who gives a slot back from here on is a change
  auto slot = account.slots().take(attempt.arrival);
  const ScopeExit put_back{[&] {
    if (!slot) return;
    slot.reset();
    tell_line(account);
  }};
  if (!slot) {
    candidate.leave_line();  // nobody is to stand behind one who could not run
    candidate.report.reset();
    return std::nullopt;
  }
  if (!candidate.entry) enter(attempt, candidate);
  do {
    candidate.report = account.try_promise(*candidate.entry);
  } while (!candidate.entry->is_promised() && shares_models(candidate));
  candidate.epoch = candidate.report->epoch;
  if (!candidate.report->why_unknown.empty()) {
    ++unknown_;
    logger_.warning("device " + account.device().uuid +
                    " could not be read: " + candidate.report->why_unknown);
  }
  if (!candidate.entry->is_promised()) return std::nullopt;
  attempt.nearest = &candidate;
  account.slots().keep(slot);
  return account.grant({.need = std::move(candidate.need),
                        .charge = candidate.charge,
                        .holds = std::move(candidate.holds),
                        .promise = *std::exchange(candidate.entry, std::nullopt),
                        .slot = std::move(slot)},
                       attempt.request.expected);
}

CLAMS_INLINE void Admission::find_nearest(Attempt& attempt) {
  for (Candidate& candidate : attempt.candidates) {
    if (candidate.rung != attempt.candidates.front().rung) return;
    if (!candidate.report) continue;
    const bool is_first = !attempt.nearest->report;
    if (is_first || candidate.spare() > attempt.nearest->spare()) attempt.nearest = &candidate;
  }
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

// A model that another request has been promised meanwhile stays promised as long as it is held
// here: who waited for its room as well would wait in vain.
CLAMS_INLINE bool Admission::shares_models(Candidate& candidate) {
  DeviceAccount::Charge charge = candidate.account->charge(candidate.need);
  if (charge.total >= candidate.charge.total || !candidate.entry->ask_less(charge.total)) {
    return false;
  }
  candidate.charge = std::move(charge);
  return true;
}

// Wherever room is made. The nearest device stands first, for a kernel that watches but one.
CLAMS_INLINE void Admission::wait(const Attempt& attempt, Clock::SteadyTime until) const {
  const auto now = clock_.steady_now();
  const auto step = attempt.start + ladder_step();
  const auto left = (step > now ? std::min(step, until) : until) - now;
  // Rounded up: the last millisecond is waited for, too, instead of asked about again and again.
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(left);
  const auto most = std::clamp(patience, std::chrono::milliseconds{0}, detail::kLookAgain);
  std::vector<Ledger::Seen> seen;
  const auto watch = [&](const Candidate& candidate) {
    if (candidate.account == nullptr) return;
    const Ledger* const ledger = &candidate.account->ledger();
    const bool is_watched = std::any_of(seen.begin(), seen.end(),
                                        [&](const auto& one) { return one.ledger == ledger; });
    if (!is_watched) seen.push_back({.ledger = ledger, .epoch = candidate.epoch});
  };
  watch(*attempt.nearest);
  std::for_each(attempt.candidates.begin(), attempt.candidates.end(), watch);
  Ledger::wait_for_change(seen, most);
}

CLAMS_INLINE RefusalCode Admission::reason(const Attempt& attempt) {
  const auto& report = attempt.nearest->report;
  if (!report) return RefusalCode::no_gpu;
  return report->answer == PromiseAnswer::unknown ? RefusalCode::unknown
                                                  : RefusalCode::insufficient;
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
