// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// The numbers of a text such as `0,0.2,0.4`; none for an empty text.
/// @throws clams::Error invalid_parameter naming `what` and the part that is no number.
[[nodiscard]] std::vector<double> parse_number_list(std::string_view text, const std::string& what);

}  // namespace whisper
