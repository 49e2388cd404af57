// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>

#include <string_view>

namespace clams::detail {

/// Checks what the schema cannot: locations and texts of documents, that time anchors lead
/// somewhere, that alignments and notes name what they are about.
/// @throws Error invalid_input naming the document or annotation.
void check_references(MmifTree& tree);

/// Whether `type` may stand as an `@type`: a plain name, or an http(s) URL with a host.
[[nodiscard]] bool has_valid_base(std::string_view type);

}  // namespace clams::detail
