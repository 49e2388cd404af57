// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/input_remarks.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace clams::detail {

CLAMS_INLINE std::string duplicate_id_remark(std::string_view what, std::string_view id) {
  return "two " + std::string(what) + " have the id '" + std::string(id) +
         "'; look-ups give the last";
}

template <typename Elements>
void add_duplicate_remarks(MmifTree& tree, const Elements& elements, std::string_view what) {
  std::set<std::string_view> seen;
  for (const auto& element : elements) {
    if (!seen.insert(element->id()).second) {
      tree.remarks.push_back(duplicate_id_remark(what, element->id()));
    }
  }
}

CLAMS_INLINE void add_version_remarks(MmifTree& tree) {
  std::vector<const AtType*> types;
  types.reserve(tree.documents.size());
  for (const auto& document : tree.documents) types.push_back(&document->type());
  for (const auto& view : tree.views) {
    const auto& of_view = view->types_as_read();
    types.insert(types.end(), of_view.begin(), of_view.end());
  }
  std::set<const AtType*> seen;
  for (const AtType* type : types) {
    if (!type->is_outdated() || !seen.insert(type).second) continue;
    tree.remarks.push_back("the input uses " + type->short_name() + "/" + type->version() +
                           ", which has a newer version");
  }
}

CLAMS_INLINE void add_remarks(MmifTree& tree) {
  add_duplicate_remarks(tree, tree.documents, "documents");
  add_duplicate_remarks(tree, tree.views, "views");
  add_version_remarks(tree);
}

}  // namespace clams::detail
