// SPDX-License-Identifier: Apache-2.0
#pragma once

// What admission tells: the grant or the refusal, the log.

#include <clams/memory/admission.hpp>
#include <clams/memory/impl/admission_attempt.hpp>
#include <clams/util/config.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE std::string largest_model(const RequestNeed& need) {
  const auto size = [](const ModelNeed& model) { return model.resident + model.working; };
  const auto largest =
      std::max_element(need.models.begin(), need.models.end(),
                       [&](const auto& a, const auto& b) { return size(a) < size(b); });
  return largest == need.models.end() ? "this request" : largest->key;
}

CLAMS_INLINE std::string no_gpu_detail(std::size_t devices, std::size_t limit) {
  if (devices == 1) return fmt::format("The GPU runs as many requests as it may: {}.", limit);
  return fmt::format("All {} GPUs run as many requests as they may: {} each.", devices, limit);
}

CLAMS_INLINE std::string refusal_detail(const RoomReport& room) {
  if (room.answer != PromiseAnswer::probed) return room.why_unknown;
  return "Another run whose need is not known yet is being measured on this GPU.";
}

/// `Load: 3/4, Memory: 11.2/15.75 GB`
CLAMS_INLINE std::string load_text(const DeviceAccount& account, std::optional<Bytes> taken) {
  const DeviceSlots& slots = account.slots();
  const std::string limit = slots.limit() > 0 ? std::to_string(slots.limit()) : "unlimited";
  const std::string memory = taken ? fmt::format("{:.1f}", taken->gibibytes()) : "unknown";
  return fmt::format("Load: {}/{}, Memory: {}/{:.2f} GB", slots.in_use(), limit, memory,
                     account.device().total.gibibytes());
}

/// What is used of the device or promised to somebody.
CLAMS_INLINE std::optional<Bytes> taken_of(const RoomReport& room) {
  if (!room.is_known()) return std::nullopt;
  return room.foreign + room.promised;
}

}  // namespace detail

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
  if (device != nullptr) log_allocation(attempt, grant);
  return grant;
}

CLAMS_INLINE void Admission::log_allocation(const Attempt& attempt, MemoryGrant& grant) {
  DeviceAccount& account = *attempt.nearest->account;
  auto taken = detail::taken_of(*attempt.nearest->report);
  if (taken) *taken += attempt.nearest->charge.total;
  const int gpu = account.device().index;
  logger_.with_request_id(attempt.request.id)
      .info(fmt::format("Allocated GPU {} to request {} ({})", gpu, attempt.request.id,
                        detail::load_text(account, taken)));
  grant.set_farewell([this, &account, id = attempt.request.id] { released(account, id); });
}

CLAMS_INLINE void Admission::released(DeviceAccount& account, const std::string& request) noexcept {
  try {
    if (waiting_ > 0) wake_all();  // who waits may wait at another device's ledger
    if (!logger_.writes(LogLevel::info)) return;
    logger_.with_request_id(request).info(
        fmt::format("Released GPU {} from request {} ({})", account.device().index, request,
                    detail::load_text(account, detail::taken_of(account.look()))));
  } catch (const std::exception& error) {
    logger_.warning(std::string{"the release of a GPU could not be told: "} + error.what());
  }
}

CLAMS_INLINE void Admission::wake_all() noexcept {
  for (const auto& account : accounts_) account->ledger().wake();
}

CLAMS_INLINE std::size_t Admission::devices(const Attempt& attempt) {
  std::set<const DeviceAccount*> accounts;
  for (const Candidate& candidate : attempt.candidates) {
    if (candidate.account != nullptr) accounts.insert(candidate.account);
  }
  return accounts.size();
}

CLAMS_INLINE void Admission::refuse(Attempt& attempt, RefusalCode code) {
  ++refused_[static_cast<std::size_t>(code)];
  const Candidate& nearest = *attempt.nearest;
  DeviceAccount& account = *nearest.account;
  const RoomReport room = nearest.report ? *nearest.report : account.look();
  const Bytes needed = nearest.entry ? nearest.charge.total : nearest.need.total();
  attempt.leave_lines();  // or it would stand among the holders itself
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
                  .detail = code == RefusalCode::no_gpu
                                ? detail::no_gpu_detail(devices(attempt), options_.max_per_gpu)
                                : detail::refusal_detail(room)};
  logger_.with_request_id(attempt.request.id)
      .warning(fmt::format("admission=refused code={} device={} need={} available={} foreign={} "
                           "promised={} source={}",
                           code_name(code), refusal.device, refusal.required.count(),
                           refusal.available.count(), room.foreign.count(), room.promised.count(),
                           source_name(refusal.source)));
  throw InsufficientMemory{std::move(refusal)};
}

}  // namespace clams
