// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clams::detail {

/// `text` in lines of at most 80 characters, each indented by `indent` blanks and ended.
[[nodiscard]] std::string wrap_text(std::string_view text, std::size_t indent);

/// An option, and what it means, in two columns.
[[nodiscard]] std::string help_entry(std::string_view option, std::string_view meaning);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/help_text.ipp>
#endif
