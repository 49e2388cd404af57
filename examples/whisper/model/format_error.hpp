// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/error.hpp>

#include <string>
#include <string_view>

namespace whisper {

/// The error for a file that cannot be read as what it is taken for: `FILE: what is wrong with it`.
[[nodiscard]] clams::Error format_error(std::string_view file, std::string_view what);

/// Bytes from a file as a message may show them: printable ASCII only, and not too long.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace whisper
