// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/detail/json_skip.hpp>

#include <cstddef>
#include <string_view>

// Checks an annotation without reading it into objects, where most of the bytes of large documents
// are. Whatever is not as nearly all annotations are gives null; MmifReader then looks again, step
// by step.
namespace clams::detail {

/// What MmifReader wants to know of an annotation that nobody has asked for.
struct AnnotationScan {
  std::string_view type;        ///< not empty
  std::string_view id;          ///< as it is written, quotes included; not an empty string
  std::string_view properties;  ///< the text of the object
  bool has_targets = false;
};

/// A key and its value's beginning; that is null if there is no such pair, or if the key is not
/// plain ASCII.
struct KeyScan {
  std::string_view key;
  const char* value = nullptr;
};

inline std::string_view text_between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

inline KeyScan scan_key(const char* at, const char* end) noexcept {
  if (at == end || *at != '"') return {};
  const char* const close = plain_end(at + 1, end);
  if (close == end || *close != '"') return {};
  const char* const colon = space_end(close + 1, end);
  if (colon == end || *colon != ':') return {};
  return {text_between(at + 1, close), space_end(colon + 1, end)};
}

/// Behind the value of `id`, a string that is not empty.
inline const char* id_end(const char* at, const char* end, AnnotationScan& scan) noexcept {
  if (end - at < 3 || *at != '"' || at[1] == '"') return nullptr;
  const char* const behind = string_end(at + 1, end);
  if (behind != nullptr) scan.id = text_between(at, behind);
  return behind;
}

/// Behind the object of properties at `at`, which must have an id.
inline const char* properties_end(const char* at, const char* end, int depth,
                                  AnnotationScan& scan) noexcept {
  if (at == end || *at != '{' || depth == 0) return nullptr;
  scan.id = {};
  const char* const behind = items_end(at + 1, end, '}', [&](const char* item) {
    const KeyScan member = scan_key(item, end);
    if (member.value == nullptr) return member.value;
    if (member.key == "id") return id_end(member.value, end, scan);
    if (member.key == "targets") scan.has_targets = true;
    return value_end(member.value, end, depth - 1);
  });
  scan.properties = text_between(at, behind == nullptr ? at : behind);
  return scan.id.empty() ? nullptr : behind;
}

/// Behind the value of `@type`, which must be plain ASCII.
inline const char* type_end(const char* at, const char* end, AnnotationScan& scan) noexcept {
  if (at == end || *at != '"') return nullptr;
  const char* const close = plain_end(at + 1, end);
  if (close == end || *close != '"' || close == at + 1) return nullptr;
  scan.type = text_between(at + 1, close);
  return close + 1;
}

/// Behind the annotation that begins at `at`: an object with a type, properties and nothing else.
inline const char* annotation_end(const char* at, const char* end, int depth,
                                  AnnotationScan& scan) noexcept {
  if (at == end || *at != '{' || depth == 0) return nullptr;
  const char* const behind = items_end(at + 1, end, '}', [&](const char* item) -> const char* {
    const KeyScan member = scan_key(item, end);
    if (member.value == nullptr) return nullptr;
    if (member.key == "@type") return type_end(member.value, end, scan);
    if (member.key == "properties") return properties_end(member.value, end, depth - 1, scan);
    return nullptr;
  });
  return scan.type.empty() || scan.properties.empty() ? nullptr : behind;
}

}  // namespace clams::detail
