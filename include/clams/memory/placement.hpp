// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace clams {

/// Which device is tried first.
enum class PlacementPolicy {
  best_fit,      ///< of those with room: where the model is loaded, else the fullest
  round_robin,   ///< of those with room: one after the other
  least_loaded,  ///< of those with room: the one with the fewest requests, then the most room
  pinned         ///< only where app or operator say, else where the model is loaded already
};

/// `best_fit`, ...: as it is set and told.
[[nodiscard]] std::string_view placement_name(PlacementPolicy policy) noexcept;

/// One way to run a request, as far as it matters for where to try it first.
struct PlacementOption {
  std::size_t rung = 0;                 ///< of the request's alternatives, the best is 0
  std::optional<std::size_t> device{};  ///< its place among the devices; none: the processor
  bool is_chosen = false;               ///< app or operator want it there
  bool is_warm = false;                 ///< a model of the request is loaded there, or being loaded
  bool is_full = false;                 ///< it runs as many requests as it may
  Bytes spare = Bytes{0};  ///< what the request would leave free; below zero: no room now
  std::size_t load = 0;    ///< requests that run there

  [[nodiscard]] bool has_room() const { return !is_full && spare >= Bytes{0}; }
};

/// In which order the options are to be tried: a better rung before a worse one, what was chosen
/// before all other devices, devices with room now before those without, and among these as the
/// policy says. Devices that `pinned` rules out are missing.
/// @param turn counts requests, for round_robin.
/// @param devices how many there are.
/// @return places in `options`.
[[nodiscard]] std::vector<std::size_t> placement_order(PlacementPolicy policy,
                                                       const std::vector<PlacementOption>& options,
                                                       std::size_t turn, std::size_t devices);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/placement.ipp>
#endif
