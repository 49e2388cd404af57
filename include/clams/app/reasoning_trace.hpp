// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// What a model said, apart from how it got there.
struct ReasonedAnswer {
  std::string answer;
  std::optional<std::string> trace;  ///< nothing if the model showed no reasoning

  friend bool operator==(const ReasonedAnswer&, const ReasonedAnswer&) = default;
};

/// How a model marks its reasoning.
struct ReasoningTags {
  std::string_view open = "<think>";
  std::string_view close = "</think>";
  bool assume_open = false;  ///< the prompt ends with the open tag, so the text begins within
};

/// Splits at the last closing tag: the answer follows it, the trace is what stands between the
/// first opening tag and it. Without a closing tag all is answer - or all is trace, where the text
/// begins within. White space around both is dropped.
[[nodiscard]] ReasonedAnswer split_tagged_reasoning_trace(std::string_view text,
                                                          ReasoningTags tags = {});

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/reasoning_trace.ipp>
#endif
