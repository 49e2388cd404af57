// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clams/tool.hpp"

#include <string>
#include <string_view>

namespace clams::tool {

/// Whether a file argument means standard input or output: `-`, or none given.
[[nodiscard]] bool is_standard_stream(std::string_view path);

/// The content of a file, or of standard input.
/// @throws Error usage if a document is expected from a terminal, else as read_file does.
[[nodiscard]] std::string read_input(const std::string& path, const Streams& streams);

/// Writes to a file, or to standard output.
/// @throws Error io
void write_output(const std::string& path, std::string_view text, const Streams& streams);

}  // namespace clams::tool
