// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/comma_list.hpp>
#include <clams/memory/device_limits.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams {

namespace detail {

// CUDA writes 8G for 8 GiB.
CLAMS_INLINE Bytes parse_limit(std::string_view text) {
  std::string spelled{text};
  constexpr std::string_view kUnits = "kKmMgGtT";
  if (!spelled.empty() && kUnits.find(spelled.back()) != std::string_view::npos) spelled += "iB";
  return parse_bytes(spelled);
}

}  // namespace detail

CLAMS_INLINE DeviceLimits::DeviceLimits(const Environment& environment) {
  for (const std::string variable : {"CLAMS_DEVICE_LIMIT", "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"}) {
    if (const auto value = environment.get(variable)) add(variable, *value, Bare::refused);
  }
}

CLAMS_INLINE DeviceLimits::DeviceLimits(const std::string& source, std::string_view text) {
  add(source, text, Bare::means_every_device);
}

CLAMS_INLINE void DeviceLimits::add(const std::string& source, std::string_view value, Bare bare) {
  for (const std::string_view entry : detail::comma_separated(value)) {
    const auto equals = entry.find('=');
    const bool is_bare = equals == std::string_view::npos;
    if (equals == 0 || (is_bare && bare == Bare::refused)) {
      throw Error{ErrorCode::usage, source + ": \"" + std::string{entry} +
                                        "\" is not a limit; write for example 0=8G,1=10G"};
    }
    const std::string_view device = is_bare ? std::string_view{} : entry.substr(0, equals);
    const std::string_view amount = is_bare ? entry : entry.substr(equals + 1);
    try {
      limits_.push_back({std::string{detail::without_outer_blanks(device)},
                         detail::parse_limit(detail::without_outer_blanks(amount))});
    } catch (const Error& error) {
      throw Error{error.code(), source + ": " + error.what()};
    }
  }
}

CLAMS_INLINE bool names_device(std::string_view named, int index, std::string_view uuid) {
  const bool is_uuid = named.find('-') != std::string_view::npos;
  return is_uuid ? uuid.starts_with(named) : named == std::to_string(index);
}

CLAMS_INLINE std::vector<std::string> DeviceLimits::named() const {
  std::vector<std::string> names;
  for (const Limit& limit : limits_) {
    if (!limit.device.empty()) names.push_back(limit.device);
  }
  return names;
}

// What is said of one device comes before what is said of all.
CLAMS_INLINE std::optional<Bytes> DeviceLimits::of(int index, std::string_view uuid) const {
  std::optional<Bytes> own;
  std::optional<Bytes> common;
  for (const Limit& limit : limits_) {
    auto& lowest = limit.device.empty() ? common : own;
    const bool is_meant = limit.device.empty() || names_device(limit.device, index, uuid);
    if (is_meant && (!lowest || limit.amount < *lowest)) lowest = limit.amount;
  }
  return own ? own : common;
}

CLAMS_INLINE DeviceMemory DeviceLimits::capped(DeviceMemory memory, std::optional<Bytes> limit) {
  if (!limit) return memory;
  return {std::min(memory.total, *limit), std::min(memory.free, *limit)};
}

}  // namespace clams
