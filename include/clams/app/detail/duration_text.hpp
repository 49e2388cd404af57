// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace clams::detail {

/// `0:00:01.001546`: hours not padded, the fraction left out when it is zero, days before the rest
/// (`1 day, 2:03:04`). Less than a microsecond is cut off.
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/duration_text.ipp>
#endif
