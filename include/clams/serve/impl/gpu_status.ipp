// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/gpu_status.hpp>
#include <clams/util/config.hpp>

#include <cmath>

namespace clams {

namespace detail {

/// As people want to read it.
CLAMS_INLINE double two_decimals(double figure) { return std::round(figure * 100) / 100; }

CLAMS_INLINE void add_memory_status(Json& status, const Device& device, const RoomReport& room) {
  const bool is_known = room.is_known();
  const Bytes allocated = room.total - room.available();
  const double share = room.total > Bytes{0} ? allocated.gibibytes() / room.total.gibibytes() : 0;
  const auto figure = [&](double value) { return is_known ? Json(two_decimals(value)) : Json{}; };
  status["allocated_memory_gb"] = figure(allocated.gibibytes());
  status["free_memory_gb"] = figure(room.available().gibibytes());
  status["total_memory_gb"] = two_decimals(device.total.gibibytes());
  status["utilization_percent"] = figure(share * 100);
  if (!is_known) status["problem"] = room.problem();
}

CLAMS_INLINE Json one_gpu_status(DeviceAccount& account) {
  const Device& device = account.device();
  Json status = Json::object();
  status["gpu_id"] = device.index;
  status["uuid"] = device.uuid;
  status["name"] = device.name;
  status["active_connections"] = account.slots().in_use();
  add_memory_status(status, device, account.look());
  return status;
}

}  // namespace detail

namespace http {

CLAMS_INLINE Json gpu_status(GpuMemory& memory) {
  const std::size_t most = memory.options().max_per_gpu;
  std::size_t connections = 0;
  Json gpus = Json::array();
  for (const auto& account : memory.accounts()) {
    gpus.push_back(detail::one_gpu_status(*account));
    connections += gpus.back()["active_connections"].get<std::size_t>();
  }
  return {{"total_gpus", gpus.size()},
          {"total_connections", connections},
          {"max_connections_per_gpu", most > 0 ? Json(most) : Json{}},
          {"placement", placement_name(memory.options().placement)},
          {"gpus", std::move(gpus)}};
}

}  // namespace http
}  // namespace clams
