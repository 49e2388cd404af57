// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <cstdint>
#include <string_view>

namespace clams {

/// How a point in time is stated: by a number, or as text `HH:MM:SS.mmm`.
enum class TimeUnit { milliseconds, seconds, frames, iso };

/// The unit that `name` names. All spellings of MMIF files are understood: `ms`, `msec`, `m`,
/// `millisecond(s)`; `s`, `se`, `sec`, `second(s)`; `f`, `fr`, `frame(s)`; `i`, `iso`, `isoformat`.
/// @throws Error invalid_input for any other name.
[[nodiscard]] TimeUnit parse_time_unit(std::string_view name);

/// The spelling that MMIF files use most: `milliseconds`, `seconds`, `frames`, `isoformat`.
[[nodiscard]] std::string_view time_unit_name(TimeUnit unit) noexcept;

/// `time`, which is in unit `from`, in unit `to`: milliseconds and frames come as whole numbers
/// (halves go to the even neighbour), seconds as a fraction, iso as text. The same unit gives
/// `time` as it is, iso text in its full spelling. Iso text has no day: it wraps at 24 hours.
/// @param frames_per_second used only where one of the units is `frames`.
/// @throws Error invalid_input if `time` is no number (no text `H:M:S.f` for iso), if the result is
/// beyond
///   what the unit can hold, or if frames are asked for without a positive frame rate.
[[nodiscard]] Json convert_time(const Json& time, TimeUnit from, TimeUnit to,
                                double frames_per_second = 0);

/// `value` rounded to a whole number; halves go to the even neighbour.
/// @throws Error invalid_input if it does not fit.
[[nodiscard]] std::int64_t round_half_even(double value);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/time_units.ipp>
#endif
