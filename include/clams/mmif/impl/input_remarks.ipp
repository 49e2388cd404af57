// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/input_remarks.hpp>
#include <clams/util/config.hpp>

#include <set>

namespace clams::detail {

CLAMS_INLINE std::string duplicate_id_remark(std::string_view what, std::string_view id) {
  return "two " + std::string(what) + " have the id '" + std::string(id) +
         "'; look-ups give the last";
}

template <typename Elements>
void add_duplicate_remarks(MmifTree& tree, const Elements& elements, std::string_view what) {
  if (elements.size() < 2) return;
  std::set<std::string_view> seen;
  for (const auto& element : elements) {
    if (!seen.insert(element->id()).second) {
      tree.remarks.push_back(duplicate_id_remark(what, element->id()));
    }
  }
}

CLAMS_INLINE void add_version_remarks(MmifTree& tree) {
  std::set<const AtType*> seen;
  const auto look_at = [&](const AtType& type) {
    if (!type.is_outdated() || !seen.insert(&type).second) return;
    tree.remarks.push_back("the input uses " + type.short_name() + "/" + type.version() +
                           ", which has a newer version");
  };
  for (const auto& document : tree.documents) look_at(document->type());
  for (const auto& view : tree.views) {
    for (const AtType* type : view->types_as_read()) look_at(*type);
  }
}

CLAMS_INLINE void add_remarks(MmifTree& tree) {
  add_duplicate_remarks(tree, tree.documents, "documents");
  add_duplicate_remarks(tree, tree.views, "views");
  add_version_remarks(tree);
}

}  // namespace clams::detail
