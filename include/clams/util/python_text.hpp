// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// The text of a value as Python's str() gives it: `True`, `None`, `1e+16`, strings as they are,
/// lists and objects as Python literals (`[1, 'two', None]`). Some texts on the wire are made so.
[[nodiscard]] std::string python_str(const Json& value);

/// The same with Python's repr(): strings are quoted too.
[[nodiscard]] std::string python_repr(const Json& value);

/// One UTF-8 text as a Python literal: in `'`, or in `"` if it holds `'` and no `"`. Control and
/// other unprintable characters are escaped (`\n`, `\xa0`, `\u200b`), printable Unicode is kept.
[[nodiscard]] std::string python_string_repr(std::string_view text);

/// A list of texts as a Python literal: `['a', "it's"]`.
[[nodiscard]] std::string python_list_repr(const std::vector<std::string>& texts);

/// What Python calls the type of a value: `str`, `int`, `float`, `bool`, `list`, `dict`,
/// `NoneType`.
[[nodiscard]] std::string python_type_name(const Json& value);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/python_text.ipp>
#endif
