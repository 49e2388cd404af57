// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace clams::detail {

/// What a request head may take at most.
struct HeadLimits {
  std::size_t head = 16384;   ///< bytes, all lines
  std::size_t target = 8192;  ///< bytes of the request target
  std::size_t fields = 100;   ///< header fields
  std::uint64_t body = 64U << 20U;
};

/// A request's first lines, checked. Borrows the text that was parsed.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::string_view version;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
};

/// Why a head is refused: the status to answer, after which the connection is closed.
struct HeadRefusal {
  int status;
  std::string message;
};

/// Reads a head, from the request line to the empty line that ends it, strictly by RFC 9112: no
/// bare line feeds, no folded lines, no blank before the colon, no control characters, one
/// Content-Length of digits only, not together with Transfer-Encoding, and within the limits. What
/// two parsers might read differently is refused, so that nobody can hide a second request in the
/// first.
[[nodiscard]] std::variant<RequestHead, HeadRefusal> parse_request_head(std::string_view text,
                                                                        const HeadLimits& limits);

/// Where the empty line of the head ends in `bytes`, or npos if it is not there yet.
[[nodiscard]] std::size_t head_length(std::string_view bytes) noexcept;

/// Whether a line of a head ends in a line feed alone, so that the head may never end.
[[nodiscard]] bool has_bare_line_feed(std::string_view bytes) noexcept;

/// The field's value; empty if there is none. `name` is in lower case.
[[nodiscard]] std::string_view field_value(const RequestHead& head, std::string_view name);

/// Whether a header field may not hold it: control characters but the tab. Bytes of 0x80 and above
/// are opaque, as in practice.
[[nodiscard]] bool is_control(char c) noexcept;

/// Whether the text is a token of RFC 9110: a method, a field's name.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Whether the field's name is `name`, which is in lower case.
[[nodiscard]] bool is_field(std::string_view field, std::string_view name) noexcept;

/// The text in lower case, ASCII letters only.
[[nodiscard]] std::string lower_field_name(std::string_view text);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/request_head.ipp>
#endif
