// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/input_remarks.hpp>
#include <clams/mmif/detail/mmif_reader.hpp>
#include <clams/mmif/detail/reference_checks.hpp>
#include <clams/mmif/detail/view_metadata_schema.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams::detail {

inline constexpr std::array<std::string_view, 2> kElementMembers{"@type", "properties"};

CLAMS_INLINE void MmifReader::violation(const std::string& message,
                                        const std::string& below) const {
  std::string pointer;
  for (const auto& [key, index] : path_) {
    pointer += '/';
    pointer += key.empty() ? std::to_string(index) : std::string(key);
  }
  pointer += below;
  throw Error(ErrorCode::invalid_input,
              message + " (at " + (pointer.empty() ? "/" : pointer) + ")");
}

CLAMS_INLINE void MmifReader::expect_kind(JsonReader::Kind kind, const char* name) {
  if (reader_.peek() != kind) violation(wrong_type_message(reader_.read_value(), name));
}

CLAMS_INLINE std::string MmifReader::read_text(std::size_t min_length) {
  expect_kind(JsonReader::Kind::string, "string");
  std::string text = reader_.read_string();
  if (text.size() >= min_length) return text;
  violation("'" + text + "' " + (min_length == 1 ? "should be non-empty" : "is too short"));
}

CLAMS_INLINE Json MmifReader::read_with_text(std::string_view& text) {
  static_cast<void>(reader_.peek());  // moves to where the value begins
  const std::size_t begin = reader_.position();
  Json value = reader_.read_value();
  text = text_.substr(begin, reader_.position() - begin);
  return value;
}

template <std::size_t N, typename OnMember>
void MmifReader::read_exactly(const std::array<std::string_view, N>& names, OnMember on_member) {
  expect_kind(JsonReader::Kind::object, "object");
  std::array<bool, N> seen{};
  reader_.read_object([&](std::string_view key) {
    const auto found = std::find(names.begin(), names.end(), key);
    if (found == names.end()) {
      violation("Additional properties are not allowed ('" + std::string(key) +
                "' was unexpected)");
    }
    const auto index = static_cast<std::size_t>(found - names.begin());
    seen[index] = true;
    const Step step(*this, *found);
    on_member(index);
  });
  const auto missing = std::find(seen.begin(), seen.end(), false);
  if (missing == seen.end()) return;
  const auto index = static_cast<std::size_t>(missing - seen.begin());
  violation("'" + std::string(names[index]) + "' is a required property");
}

CLAMS_INLINE void MmifReader::read() {
  read_exactly(std::array<std::string_view, 3>{"metadata", "documents", "views"},
               [this](std::size_t member) {
                 if (member == 0) return read_metadata();
                 return member == 1 ? read_documents() : read_views();
               });
  reader_.expect_end();
  add_remarks(tree_);
  check_references(tree_);
}

CLAMS_INLINE void MmifReader::read_metadata() {
  expect_kind(JsonReader::Kind::object, "object");
  tree_.metadata = read_with_text(tree_.metadata_as_read);
  const auto version = tree_.metadata.find("mmif");
  if (version == tree_.metadata.end()) violation("'mmif' is a required property");
  if (!version->is_string()) violation(wrong_type_message(*version, "string"), "/mmif");
  if (version->get_ref<const std::string&>().size() < 7) {
    violation(write_json(*version) + " is too short", "/mmif");
  }
}

template <typename Make>
auto MmifReader::read_annotation(Make make) {
  static_cast<void>(reader_.peek());  // moves to where it begins
  const std::size_t begin = reader_.position();
  AnnotationScan scan;
  const AtType& type = scan_annotation(scan);
  auto annotation = make(type, JsonReader(scan.id).read_string());
  annotation->properties_as_read_ = scan.properties;
  annotation->as_read_ = text_.substr(begin, reader_.position() - begin);
  return annotation;
}

CLAMS_INLINE void MmifReader::read_documents() {
  expect_kind(JsonReader::Kind::array, "array");
  tree_.documents.clear();  // a key that appears twice: the last one counts
  std::size_t index = 0;
  reader_.read_array([&] {
    const Step step(*this, index++);
    read_document();
  });
}

CLAMS_INLINE void MmifReader::read_document() {
  tree_.documents.push_back(read_annotation([this](const AtType& type, std::string id) {
    return std::unique_ptr<Document>(new Document(tree_, nullptr, type, std::move(id)));
  }));
}

CLAMS_INLINE void MmifReader::read_views() {
  expect_kind(JsonReader::Kind::array, "array");
  tree_.views.clear();
  std::size_t index = 0;
  reader_.read_array([&] {
    const Step step(*this, index++);
    read_view();
  });
}

CLAMS_INLINE void MmifReader::read_view() {
  auto view = std::unique_ptr<View>(new View(tree_, ""));
  static_cast<void>(reader_.peek());
  const std::size_t begin = reader_.position();
  read_exactly(std::array<std::string_view, 3>{"id", "metadata", "annotations"},
               [&](std::size_t member) {
                 if (member == 0) {
                   view->id_ = read_text(1);
                 } else if (member == 1) {
                   read_view_metadata(*view);
                 } else {
                   scan_annotations(*view);
                 }
               });
  view->from_input_ = true;
  view->as_read_ = text_.substr(begin, reader_.position() - begin);
  tree_.views.push_back(std::move(view));
}

CLAMS_INLINE void MmifReader::read_view_metadata(View& view) {
  view.metadata_ = read_with_text(view.metadata_as_read_);
  if (const auto found = find_view_metadata_violation(view.metadata_)) {
    violation(found->message, found->pointer);
  }
}

CLAMS_INLINE void MmifReader::scan_annotations(View& view) {
  expect_kind(JsonReader::Kind::array, "array");
  const std::size_t begin = reader_.position();
  view.types_as_read_.clear();
  saw_targets_ = false;
  view.annotation_count_as_read_ = 0;
  reader_.read_array([&] {
    const Step step(*this, view.annotation_count_as_read_++);
    AnnotationScan scan;
    const AtType* const type = &scan_annotation(scan);
    auto& types = view.types_as_read_;
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  });
  view.has_targets_as_read_ = saw_targets_;
  view.annotations_as_read_ = text_.substr(begin, reader_.position() - begin);
}

CLAMS_INLINE const AtType& MmifReader::checked_type(std::string_view uri) {
  if (last_type_ != nullptr && last_type_->uri() == uri) return *last_type_;
  const AtType& type = tree_.intern(uri);
  if (!type.is_known() && !has_valid_base(uri)) {
    violation("'" + std::string(uri) + "' is neither a plain name nor an http(s) URL");
  }
  last_type_ = &type;
  return type;
}

CLAMS_INLINE const AtType& MmifReader::scan_annotation(AnnotationScan& scan) {
  const auto text = reader_.skip_by([&scan](const char* at, const char* end, int levels) {
    return annotation_end(at, end, levels, scan);
  });
  if (text.empty()) return checked_type(check_annotation(scan));
  saw_targets_ = saw_targets_ || scan.has_targets;
  return checked_type(scan.type);
}

CLAMS_INLINE std::string MmifReader::check_annotation(AnnotationScan& scan) {
  std::string type;
  read_exactly(kElementMembers, [&](std::size_t member) {
    if (member == 0) {
      type = read_text(1);
      return;
    }
    static_cast<void>(reader_.peek());
    const std::size_t begin = reader_.position();
    scan_properties(scan);
    scan.properties = text_.substr(begin, reader_.position() - begin);
  });
  return type;
}

CLAMS_INLINE void MmifReader::scan_properties(AnnotationScan& scan) {
  expect_kind(JsonReader::Kind::object, "object");
  scan.id = {};
  reader_.read_object([&](std::string_view key) {
    if (key == "targets") saw_targets_ = true;
    if (key != "id") {
      reader_.skip_value();
      return;
    }
    const Step step(*this, "id");
    static_cast<void>(reader_.peek());
    const std::size_t begin = reader_.position();
    static_cast<void>(read_text(1));
    scan.id = text_.substr(begin, reader_.position() - begin);
  });
  if (scan.id.empty()) violation("'id' is a required property");
}

CLAMS_INLINE void MmifReader::read_annotations(View& view) {
  reader_.read_array([&] {
    view.annotations_.push_back(read_annotation([&view](const AtType& type, std::string id) {
      return view.make_annotation(type, std::move(id));
    }));
  });
}

}  // namespace clams::detail
