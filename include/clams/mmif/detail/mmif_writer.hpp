// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/util/json_writer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace clams::detail {

/// What leaves the annotations of a view when it is written: properties that all annotations of a
/// type share.
struct SharedProperties {
  std::optional<Json> contains;  // the view's `contains` with shared properties, if that differs
  std::unordered_map<const AtType*, std::vector<std::string>> lifted;
};

/// Writes a tree as MMIF text. What came from the input and was not changed is passed through;
/// views made here follow the writing rules: order of fields, empty ones left out, shared
/// properties moved to `contains`.
class MmifWriter {
 public:
  MmifWriter(const MmifTree& tree, MmifLayout layout, UnusedContains unused);

  [[nodiscard]] std::string write();

  /// A field of the metadata of a view made here as it is written, with this `contains`; null if
  /// it is left out.
  [[nodiscard]] static const Json* written_field(const View& view, const Json& contains,
                                                 std::string_view field);

 private:
  using Groups = std::vector<std::pair<const AtType*, std::vector<const Annotation*>>>;

  /// The annotations of a view by type, in order of first appearance.
  [[nodiscard]] static Groups group_by_type(const View& view);
  /// Whether any group is of the type that an entry of `contains` names.
  [[nodiscard]] static bool is_used(const Groups& groups, const std::string& uri);
  /// Properties that all of these have with the same value.
  [[nodiscard]] static std::vector<std::string> shared_names(
      const std::vector<const Annotation*>& annotations);

  void pass_through(std::string_view text);
  void write_document(const Document& document);
  void write_view(const View& view);
  void write_new_view(const View& view);
  void write_metadata(const View& view, const Json& contains);
  void write_changed_view(const View& view);
  void write_annotation(const Annotation& annotation, const std::vector<std::string>& without);
  void write_properties(const Annotation& annotation, const std::vector<std::string>& without);
  [[nodiscard]] SharedProperties share_properties(const View& view) const;

  const MmifTree& tree_;
  MmifLayout layout_;
  UnusedContains unused_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace clams::detail
