// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_head.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace clams::detail {

constexpr bool is_token_character(char c) noexcept {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

CLAMS_INLINE bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

CLAMS_INLINE bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

CLAMS_INLINE std::string lower_field_name(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

CLAMS_INLINE bool is_field(std::string_view field, std::string_view name) noexcept {
  const auto same = [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
  };
  return field.size() == name.size() && std::equal(field.begin(), field.end(), name.begin(), same);
}

CLAMS_INLINE std::size_t head_length(std::string_view bytes) noexcept {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto end = bytes.find(kEnd);
  return end == std::string_view::npos ? end : end + kEnd.size();
}

CLAMS_INLINE bool has_bare_line_feed(std::string_view bytes) noexcept {
  for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return true;
  }
  return false;
}

CLAMS_INLINE std::string_view field_value(const RequestHead& head, std::string_view name) {
  for (const auto& [field, value] : head.fields) {
    if (is_field(field, name)) return value;
  }
  return {};
}

/// The next line of `rest` without its line end; nothing if the rest holds no line.
CLAMS_INLINE std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

CLAMS_INLINE std::optional<HeadRefusal> read_request_line(std::string_view line,
                                                          const HeadLimits& limits,
                                                          RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return HeadRefusal{400, "The request line is not METHOD TARGET VERSION."};
  }
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  head.version = line.substr(last + 1);
  const bool odd = std::any_of(head.target.begin(), head.target.end(),
                               [](char c) { return c == ' ' || c == '\t' || is_control(c); });
  if (!is_token(head.method) || head.target.empty() || odd) {
    return HeadRefusal{400, "The request line is malformed."};
  }
  if (head.target.size() > limits.target) {
    return HeadRefusal{414, "The request target is longer than " + std::to_string(limits.target) +
                                " bytes. Send long parameters in an envelope."};
  }
  if (head.version != "HTTP/1.1" && head.version != "HTTP/1.0") {
    return HeadRefusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  }
  return std::nullopt;
}

CLAMS_INLINE std::optional<HeadRefusal> read_field(std::string_view line, RequestHead& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return HeadRefusal{400, "A header line is malformed."};
  }
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  head.fields.emplace_back(line.substr(0, colon), value);
  return std::nullopt;
}

CLAMS_INLINE std::size_t count_fields(const RequestHead& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.fields.begin(), head.fields.end(),
                    [name](const auto& field) { return is_field(field.first, name); }));
}

CLAMS_INLINE std::optional<HeadRefusal> check_content_length(const RequestHead& head,
                                                             const HeadLimits& limits) {
  if (count_fields(head, "content-length") == 0) return std::nullopt;
  const std::string_view text = field_value(head, "content-length");
  std::uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, length);
  const bool too_long = problem == std::errc::result_out_of_range;
  if (text.empty() || stop != end || (problem != std::errc{} && !too_long)) {
    return HeadRefusal{400, "Content-Length must be one number."};
  }
  if (too_long || length > limits.body) {
    return HeadRefusal{413, "The body is larger than " + std::to_string(limits.body) + " bytes."};
  }
  return std::nullopt;
}

CLAMS_INLINE std::optional<HeadRefusal> check_framing(const RequestHead& head,
                                                      const HeadLimits& limits) {
  const std::size_t lengths = count_fields(head, "content-length");
  const std::size_t codings = count_fields(head, "transfer-encoding");
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) {
    return HeadRefusal{400, "The length of the body is stated twice."};
  }
  if (codings > 0 && head.version == "HTTP/1.0") {
    return HeadRefusal{400, "HTTP/1.0 knows no Transfer-Encoding."};
  }
  if (codings > 0 && lower_field_name(field_value(head, "transfer-encoding")) != "chunked") {
    return HeadRefusal{501, "The only transfer coding understood here is chunked."};
  }
  const std::size_t hosts = count_fields(head, "host");
  if (hosts > 1 || (hosts == 0 && head.version == "HTTP/1.1")) {
    return HeadRefusal{400, "One Host header is required."};
  }
  return check_content_length(head, limits);
}

CLAMS_INLINE std::variant<RequestHead, HeadRefusal> parse_request_head(std::string_view text,
                                                                       const HeadLimits& limits) {
  RequestHead head;
  auto line = take_line(text);
  if (!line) return HeadRefusal{400, "The request line does not end."};
  if (auto refusal = read_request_line(*line, limits, head)) return *refusal;
  while ((line = take_line(text)) && !line->empty()) {
    if (std::any_of(line->begin(), line->end(), is_control)) {
      return HeadRefusal{400, "A header line holds a control character."};
    }
    if (auto refusal = read_field(*line, head)) return *refusal;
    if (head.fields.size() > limits.fields) {
      return HeadRefusal{431, "More than " + std::to_string(limits.fields) + " header fields."};
    }
  }
  if (!line || !text.empty()) return HeadRefusal{400, "The request head does not end."};
  if (auto refusal = check_framing(head, limits)) return *refusal;
  return head;
}

}  // namespace clams::detail
