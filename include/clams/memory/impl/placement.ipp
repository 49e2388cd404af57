// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/placement.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>

namespace clams {

namespace detail {

/// The policy's own order among devices that are equal so far: the lowest comes first.
using PlacementRank = std::tuple<bool, std::int64_t, std::int64_t>;

CLAMS_INLINE PlacementRank placement_rank(PlacementPolicy policy, const PlacementOption& option,
                                          std::size_t turn, std::size_t devices) {
  const auto load = static_cast<std::int64_t>(option.load);
  const std::int64_t spare = option.spare.count();
  if (policy == PlacementPolicy::least_loaded) return {false, load, -spare};
  if (policy == PlacementPolicy::round_robin && option.device && devices > 0) {
    return {false, static_cast<std::int64_t>((*option.device + devices - turn % devices) % devices),
            0};
  }
  return {!option.is_warm, spare, load};
}

CLAMS_INLINE bool is_on_device(const PlacementOption& option) { return option.device.has_value(); }

/// Whether some device of this rung has what `wanted` asks for.
template <class Wanted>
bool rung_has(const std::vector<PlacementOption>& options, std::size_t rung, Wanted wanted) {
  return std::any_of(options.begin(), options.end(), [&](const PlacementOption& option) {
    return option.rung == rung && is_on_device(option) && wanted(option);
  });
}

/// Whether a pinned request may run there.
CLAMS_INLINE bool is_within_pin(const std::vector<PlacementOption>& options,
                                const PlacementOption& option) {
  if (!is_on_device(option)) return true;
  const auto is_chosen = [](const PlacementOption& one) { return one.is_chosen; };
  const auto is_warm = [](const PlacementOption& one) { return one.is_warm; };
  if (rung_has(options, option.rung, is_chosen)) return option.is_chosen;
  return option.is_warm || !rung_has(options, option.rung, is_warm);
}

}  // namespace detail

CLAMS_INLINE std::string_view placement_name(PlacementPolicy policy) noexcept {
  switch (policy) {
    case PlacementPolicy::best_fit: return "best_fit";
    case PlacementPolicy::round_robin: return "round_robin";
    case PlacementPolicy::least_loaded: return "least_loaded";
    case PlacementPolicy::pinned: return "pinned";
  }
  return "unknown";
}

CLAMS_INLINE std::vector<std::size_t> placement_order(PlacementPolicy policy,
                                                      const std::vector<PlacementOption>& options,
                                                      std::size_t turn, std::size_t devices) {
  std::vector<std::size_t> order(options.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (policy == PlacementPolicy::pinned) {
    std::erase_if(order,
                  [&](std::size_t i) { return !detail::is_within_pin(options, options[i]); });
  }
  const auto rank = [&](std::size_t i) {
    const PlacementOption& option = options[i];
    return std::tuple{option.rung, !option.is_chosen, !option.has_room(),
                      detail::placement_rank(policy, option, turn, devices)};
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return order;
}

}  // namespace clams
