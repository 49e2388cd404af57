// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace whisper {

/// How many times smaller zlib makes the text: high for text that repeats itself. 0 for no text.
/// @throws clams::Error internal if zlib has no memory.
[[nodiscard]] double compression_ratio(std::string_view text);

}  // namespace whisper
