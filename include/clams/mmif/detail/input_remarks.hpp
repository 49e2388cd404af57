// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>

#include <string>
#include <string_view>

namespace clams::detail {

/// Notes in `tree` which documents and views share an id, and which types have a newer version.
void add_remarks(MmifTree& tree);

/// "two annotations have the id 'v_0:x'; look-ups give the last"
[[nodiscard]] std::string duplicate_id_remark(std::string_view what, std::string_view id);

}  // namespace clams::detail
