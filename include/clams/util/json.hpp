// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// A JSON value whose objects keep the order of their keys.
using Json = nlohmann::ordered_json;

/// How JSON text is laid out.
enum class JsonLayout { compact, pretty };

/// The two JSON spellings on the wire: MMIF documents are ASCII with a blank after `,` and `:`; app
/// metadata is UTF-8 without blanks. Pretty text is indented by two blanks in both.
enum class JsonSpelling { mmif, metadata };

/// Parses one JSON text. Object keys that appear twice: the last value wins, at the first one's
/// place. Numbers that neither a 64-bit integer nor a finite double can hold become exact numbers
/// (below).
/// @throws Error invalid_input with line, column and what was expected; also for NaN, Infinity,
/// control
///   characters in strings, text that is not UTF-8, and nesting deeper than 200.
[[nodiscard]] Json parse_json(std::string_view text);

/// The text of `value` as Python's json.dumps spells it: shortest floats with a point or exponent
/// (`1.0`, `1e+16`), lone surrogates as `\udXXX`.
/// @throws Error internal if `value` holds NaN or an infinity: they are not JSON.
[[nodiscard]] std::string write_json(const Json& value, JsonLayout layout = JsonLayout::compact,
                                     JsonSpelling spelling = JsonSpelling::mmif);

/// Appends `text` to `out` as a quoted JSON string; non-ASCII is escaped in the mmif spelling.
void append_json_string(std::string& out, std::string_view text,
                        JsonSpelling spelling = JsonSpelling::mmif);

/// A number kept as its text, for integers beyond 64 bits and the like. It takes part in writing
/// and in equality; `get<double>()` on it throws, so ask `exact_number_text` where such numbers may
/// come.
[[nodiscard]] Json make_exact_number(std::string_view digits);

/// The text of an exact number, or nothing if `value` is anything else.
[[nodiscard]] std::optional<std::string> exact_number_text(const Json& value);

/// A double as Python's repr() writes it: `0.1`, `1.0`, `1e+16`, `1e-07`.
[[nodiscard]] std::string float_text(double value);

/// An empty object with room for the members that most objects have: when an ordered object
/// outgrows its room, all that is in it is copied.
[[nodiscard]] Json make_json_object();

/// The member of an object; null if there is none, or if it is no object.
[[nodiscard]] const Json* find_member(const Json& object, std::string_view name) noexcept;

/// Whether two values are equal as Python sees them: 1 == 1.0 == true, objects without regard to
/// order.
[[nodiscard]] bool equal_values(const Json& a, const Json& b);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/json.ipp>
#include <clams/util/json_reader.hpp>  // parse_json
#include <clams/util/json_writer.hpp>  // write_json
#endif
