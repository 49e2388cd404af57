// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_type.hpp>
#include <clams/util/json.hpp>

#include <string_view>

namespace clams {

/// The value that a caller's text means as `type`, read as clams-python reads it:
/// - integer: decimal digits of any script, a sign, surrounding blanks, `_` between digits; of any
///   size (an exact number beyond 64 bits)
/// - number: the same with point and exponent; always a float, never infinite or NaN
/// - boolean: false for `False false F f 0`, true for every other text
/// - string: the text
/// - map: an object of one pair, split at the first `:`
/// @throws Error invalid_parameter saying what the text is not
[[nodiscard]] Json cast_parameter(ParameterType type, std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/casting.ipp>
#endif
