// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

namespace clams {

/// Reads a length of time as people write it: a whole number with `us`, `ms`, `s`, `m` or `h`, or
/// without anything for seconds; at most a million of them.
/// @throws Error usage if `text` is anything else.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/duration.ipp>
#endif
