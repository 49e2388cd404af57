// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/reasoning_trace.hpp>
#include <clams/util/config.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <cstddef>

namespace clams {

namespace detail {

/// White space in the sense of Unicode, and the four separators of ASCII.
CLAMS_INLINE bool is_unicode_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}

/// `text` without white space at both ends.
CLAMS_INLINE std::string_view stripped(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = first_code_point(text.substr(at), Surrogates::accept);
    const std::size_t length = point ? point->length : 1;
    if (!point || !is_unicode_space(point->value)) {
      begin = std::min(begin, at);
      end = at + length;
    }
    at += length;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

}  // namespace detail

CLAMS_INLINE ReasonedAnswer split_tagged_reasoning_trace(std::string_view text,
                                                         ReasoningTags tags) {
  const std::size_t close = text.rfind(tags.close);
  if (close == std::string_view::npos) {
    const std::string all{detail::stripped(text)};
    return tags.assume_open ? ReasonedAnswer{"", all} : ReasonedAnswer{all, std::nullopt};
  }
  const std::string_view before = text.substr(0, close);
  ReasonedAnswer result{std::string{detail::stripped(text.substr(close + tags.close.size()))},
                        std::nullopt};
  const std::size_t open = before.find(tags.open);
  if (open != std::string_view::npos) {
    result.trace = detail::stripped(before.substr(open + tags.open.size()));
  } else if (tags.assume_open) {
    result.trace = detail::stripped(before);
  }
  return result;
}

}  // namespace clams
