// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace clams::detail {

/// Rows of as many cells each, in columns as wide as their longest cell, for people to read. The
/// last cell of a row is followed by the end of its line.
[[nodiscard]] std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/text_table.ipp>
#endif
