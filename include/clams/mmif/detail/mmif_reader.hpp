// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/annotation_scan.hpp>
#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/util/json_reader.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// Reads an MMIF text into a tree: one pass that checks JSON and schema, keeps documents and view
/// metadata, and remembers where the annotations stand. They are parsed by `read_annotations`, view
/// by view.
///
/// Errors: Error invalid_input, with the JSON pointer of what violates the schema.
class MmifReader {
 public:
  /// Reads `text`, which is the tree's input or a slice of it.
  MmifReader(MmifTree& tree, std::string_view text) : tree_(tree), text_(text), reader_(text) {}

  /// The whole MMIF.
  void read();

  /// The annotations of `view`: a list that an earlier read() has checked.
  void read_annotations(View& view);

 private:
  /// Reads an object that has each of `names` and nothing else; `on_member(i)` reads the value of
  /// names[i].
  template <std::size_t N, typename OnMember>
  void read_exactly(const std::array<std::string_view, N>& names, OnMember on_member);

  /// One step down in the path that messages name.
  class Step {
   public:
    Step(MmifReader& reader, std::string_view key) : path_(reader.path_) {
      path_.emplace_back(key, 0);
    }
    Step(MmifReader& reader, std::size_t index) : path_(reader.path_) {
      path_.emplace_back(std::string_view{}, index);
    }
    ~Step() { path_.pop_back(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::vector<std::pair<std::string_view, std::size_t>>& path_;
  };

  void read_metadata();
  void read_documents();
  void read_document();
  void read_views();
  void read_view();
  void read_view_metadata(View& view);
  void scan_annotations(View& view);
  /// Reads one annotation or document into what `make` makes of a type and an id.
  template <typename Make>
  auto read_annotation(Make make);
  /// Checks one annotation or document; returns its type.
  const AtType& scan_annotation(AnnotationScan& scan);
  /// The same step by step, for what is not written as usual, or wrong.
  std::string check_annotation(AnnotationScan& scan);
  const AtType& checked_type(std::string_view uri);
  void scan_properties(AnnotationScan& scan);
  std::string read_text(std::size_t min_length);
  /// A value as a tree, and its text.
  Json read_with_text(std::string_view& text);
  void expect_kind(JsonReader::Kind kind, const char* name);
  [[noreturn]] void violation(const std::string& message, const std::string& below = "") const;

  MmifTree& tree_;
  std::string_view text_;
  JsonReader reader_;
  std::vector<std::pair<std::string_view, std::size_t>> path_;
  const AtType* last_type_ = nullptr;  // of the annotation that was scanned last
  bool saw_targets_ = false;
};

}  // namespace clams::detail
