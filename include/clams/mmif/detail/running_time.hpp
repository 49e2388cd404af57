// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace clams::detail {

/// The whole milliseconds of a running time as views record it: `0:00:02.345678`, `1:02:03`,
/// `1 day, 2:03:04`. Nothing if the text is none.
[[nodiscard]] std::optional<std::int64_t> parse_running_time(std::string_view text);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/running_time.ipp>
#endif
