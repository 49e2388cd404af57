// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/memory_figures.hpp>
#include <clams/util/config.hpp>
#include <clams/util/utf8.hpp>

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
  if (room.answer == PromiseAnswer::unknown) {
    figures["problem"] = room.why_unknown;
  } else {
    figures["available_memory_gb"] = room.available().gibibytes();
    figures["foreign_bytes"] = room.foreign.count();
  }
  figures["promised_bytes"] = room.promised.count();
  figures["margin_bytes"] = account.margin().count();
  figures["requests"] = account.grants();
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
  }
  return list;
}

}  // namespace http
}  // namespace clams
