// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/memory_figures.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/config.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace clams {

namespace detail {

CLAMS_INLINE std::string_view holder_state_name(PromiseHolder::State state) noexcept {
  switch (state) {
    case PromiseHolder::State::promised: return "promised";
    case PromiseHolder::State::waiting: return "waiting";
    case PromiseHolder::State::dead: return "dead";
  }
  return "unknown";
}

CLAMS_INLINE Json device_figures(DeviceAccount& account) {
  const Device& device = account.device();
  const RoomReport room = account.look();
  Json figures = Json::object();
  figures["id"] = device.index;
  figures["uuid"] = device.uuid;
  figures["name"] = device.name;
  figures["total_memory_gb"] = device.total.gibibytes();
  figures["available_memory_gb"] = room.is_known() ? Json(room.available().gibibytes()) : Json{};
  if (room.is_known()) {
    figures["foreign_bytes"] = room.foreign.count();
  } else {
    figures["problem"] = room.problem();
  }
  figures["promised_bytes"] = room.promised.count();
  figures["margin_bytes"] = account.margin().count();
  figures["requests"] = account.slots().in_use();
  figures["holders"] = http::holder_figures(account.ledger().holders());
  return figures;
}

}  // namespace detail

namespace http {

CLAMS_INLINE Json gpu_figures(GpuMemory& memory) {
  Json devices = Json::array();
  for (const auto& account : memory.accounts()) devices.push_back(detail::device_figures(*account));
  return {{"available", !devices.empty()}, {"devices", devices}};
}

CLAMS_INLINE Json model_figures(GpuMemory& memory) {
  Json models = Json::array();
  for (const ModelStatus& model : memory.shelf().list()) {
    models.push_back({{"key", model.key},
                      {"device", model.device},
                      {"loaded", model.is_loaded},
                      {"pinned", model.is_pinned},
                      {"requests", model.holds},
                      {"uses", model.uses},
                      {"promised_bytes", model.promised.count()},
                      {"measured_bytes", model.measured.count()},
                      {"load_seconds", std::chrono::duration<double>(model.load_time).count()},
                      {"idle_seconds", std::chrono::duration<double>(model.idle).count()}});
  }
  return models;
}

CLAMS_INLINE Json holder_figures(const std::vector<PromiseHolder>& holders) {
  Json list = Json::array();
  for (const PromiseHolder& holder : holders) {
    list.push_back({{"pid", holder.pid},
                    {"owner", replace_invalid_utf8(holder.owner)},
                    {"request", replace_invalid_utf8(holder.request)},
                    {"state", detail::holder_state_name(holder.state)},
                    {"promised_bytes", holder.promised.count()},
                    {"used_bytes", holder.used.count()}});
    if (holder.position > 0) list.back()["position"] = holder.position;
  }
  return list;
}

CLAMS_INLINE Json admission_figures(GpuMemory& memory) {
  const AdmissionCounts counts = memory.counts();
  Json refused = Json::object();
  for (std::size_t code = 0; code < counts.refused.size(); ++code) {
    refused[std::string{code_name(static_cast<RefusalCode>(code))}] = counts.refused[code];
  }
  const MemoryOptions& options = memory.options();
  return {{"admitted", counts.admitted},
          {"waiting", counts.waiting},
          {"max_queue", options.max_queue},
          {"refused", std::move(refused)},
          {"unknown", counts.unknown},
          {"placement", placement_name(options.placement)},
          {"max_per_gpu", options.max_per_gpu > 0 ? Json(options.max_per_gpu) : Json{}}};
}

CLAMS_INLINE Json profile_figures(const PeakStore* store, const std::string& app) {
  constexpr std::size_t kMost = 100;
  Json records = Json::array();
  std::vector<StoredPeak> peaks;
  if (store != nullptr) peaks = store->list(app);
  std::stable_sort(peaks.begin(), peaks.end(), [](const StoredPeak& a, const StoredPeak& b) {
    return a.record.peak > b.record.peak;
  });
  for (const StoredPeak& peak : peaks) {
    if (records.size() == kMost) break;
    Json devices = Json::array();
    for (const auto& [device, figures] : peak.record.devices) devices.push_back(device);
    records.push_back({{"hash", peak.hash},
                       {"peak_bytes", peak.record.peak.count()},
                       {"parameters", peak.record.parameters},
                       {"devices", std::move(devices)},
                       {"written", utc_timestamp(peak.written)}});
  }
  return {{"count", peaks.size()}, {"records", std::move(records)}};
}

}  // namespace http
}  // namespace clams
