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
    if (const auto value = environment.get(variable)) add(variable, *value);
  }
}

CLAMS_INLINE void DeviceLimits::add(const std::string& variable, std::string_view value) {
  for (const std::string_view entry : detail::comma_separated(value)) {
    const auto equals = entry.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      throw Error{ErrorCode::usage, variable + ": \"" + std::string{entry} +
                                        "\" is not a limit; write for example 0=8G,1=10G"};
    }
    try {
      limits_.push_back(
          {std::string{detail::without_outer_blanks(entry.substr(0, equals))},
           detail::parse_limit(detail::without_outer_blanks(entry.substr(equals + 1)))});
    } catch (const Error& error) {
      throw Error{error.code(), variable + ": " + error.what()};
    }
  }
}

CLAMS_INLINE std::optional<Bytes> DeviceLimits::of(int index, std::string_view uuid) const {
  std::optional<Bytes> lowest;
  for (const Limit& limit : limits_) {
    const bool by_uuid = limit.device.find('-') != std::string::npos;
    const bool meant =
        by_uuid ? uuid.starts_with(limit.device) : limit.device == std::to_string(index);
    if (meant && (!lowest || limit.amount < *lowest)) lowest = limit.amount;
  }
  return lowest;
}

CLAMS_INLINE DeviceMemory DeviceLimits::capped(DeviceMemory memory, std::optional<Bytes> limit) {
  if (!limit) return memory;
  return {std::min(memory.total, *limit), std::min(memory.free, *limit)};
}

}  // namespace clams
