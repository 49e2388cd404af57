// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clams {

/// Whether arrays and objects are nested deeper than so many levels anywhere in a JSON text, found
/// by looking at its brackets alone: brackets in strings do not count, and a text that is no JSON
/// gets some answer. Reads a text of 10 MB in some milliseconds, and no more than it has to.
[[nodiscard]] bool is_deeper_than(int levels, std::string_view json) noexcept;

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/json_depth.ipp>
#endif
