// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace clams {

namespace detail {

constexpr bool is_ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

CLAMS_INLINE std::string lower_case_uri(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

CLAMS_INLINE int hex_digit_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

CLAMS_INLINE void append_percent(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 0x0FU];
}

CLAMS_INLINE std::string without_uri_noise(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  std::string result{text};
  std::erase_if(result, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
  return result;
}

/// Cuts what follows the first of `delimiters` off `text`, and the delimiter itself.
CLAMS_INLINE std::string cut_after(std::string_view& text, char delimiter) {
  const auto at = text.find(delimiter);
  if (at == std::string_view::npos) return {};
  std::string rest{text.substr(at + 1)};
  text = text.substr(0, at);
  return rest;
}

CLAMS_INLINE bool is_uri_scheme(std::string_view text) {
  const auto allowed = [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && is_ascii_alpha(text.front()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

/// Percent-encodes what a browser would: controls, blanks, non-ASCII and `unsafe`.
CLAMS_INLINE std::string browser_encode(std::string_view text, std::string_view unsafe) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7F || unsafe.find(c) != std::string_view::npos) {
      append_percent(result, c);
    } else {
      result += c;
    }
  }
  return result;
}

[[noreturn]] CLAMS_INLINE void refuse_url(std::string_view text, std::string_view reason) {
  throw Error{ErrorCode::invalid_metadata,
              "\"" + std::string{text} + "\" is not a URL: " + std::string{reason}};
}

/// `.` and `..` resolved; the result starts with a slash.
CLAMS_INLINE std::string resolve_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_folder = false;
  std::size_t at = path.starts_with('/') ? 1 : 0;
  while (at <= path.size()) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    const std::string decoded = lower_case_uri(segment);
    const bool here = decoded == "." || decoded == "%2e";
    const bool up =
        decoded == ".." || decoded == "%2e." || decoded == ".%2e" || decoded == "%2e%2e";
    if (up && !kept.empty()) kept.pop_back();
    if (!here && !up) kept.push_back(segment);
    ends_in_folder = here || up;
    at = slash + 1;
  }
  std::string result;
  for (const auto& segment : kept) result += '/' + std::string{segment};
  if (ends_in_folder || result.empty()) result += '/';
  return result;
}

CLAMS_INLINE std::string normalize_port(std::string_view port, std::string_view scheme,
                                        std::string_view text) {
  if (port.empty()) return {};
  int number = 0;
  for (const char c : port) {
    if (!is_ascii_digit(c)) refuse_url(text, "its port is not a number");
    number = number * 10 + (c - '0');
    if (number > 65535) refuse_url(text, "its port is above 65535");
  }
  const int usual = scheme == "https" ? 443 : 80;
  return number == usual ? std::string{} : ":" + std::to_string(number);
}

CLAMS_INLINE std::string normalize_host(std::string_view host, std::string_view text) {
  std::string lower = lower_case_uri(percent_decode(host));
  if (lower.empty()) refuse_url(text, "it has no host");
  const bool is_address = lower.front() == '[' && lower.back() == ']';
  for (const char c : lower) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) refuse_url(text, "write its host in ASCII (xn--...)");
    const bool bracket = c == '[' || c == ']' || c == ':';
    if (byte <= ' ' || byte == 0x7F ||
        std::string_view{"#/<>?@\\^|%"}.find(c) != std::string_view::npos ||
        (bracket && !is_address)) {
      refuse_url(text, "its host holds a character that is not allowed there");
    }
  }
  return lower;
}

CLAMS_INLINE std::string normalize_netloc(std::string_view netloc, std::string_view scheme,
                                          std::string_view text) {
  std::string user;
  if (const auto at = netloc.rfind('@'); at != std::string_view::npos) {
    user = browser_encode(netloc.substr(0, at), "\"#<>?`{}/;=@[]\\^|");
    netloc.remove_prefix(at + 1);
    if (user.ends_with(':')) user.pop_back();
    if (!user.empty()) user += '@';
  }
  std::string_view port;
  const auto colon = netloc.rfind(':');
  const auto bracket = netloc.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    port = netloc.substr(colon + 1);
    netloc = netloc.substr(0, colon);
  }
  return user + normalize_host(netloc, text) + normalize_port(port, scheme, text);
}

}  // namespace detail

CLAMS_INLINE UriParts split_uri(std::string_view text) {
  const std::string clean = detail::without_uri_noise(text);
  std::string_view rest = clean;
  UriParts parts;
  if (const auto colon = rest.find(':');
      colon != std::string_view::npos && detail::is_uri_scheme(rest.substr(0, colon))) {
    parts.scheme = detail::lower_case_uri(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    parts.netloc = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  parts.fragment = detail::cut_after(rest, '#');
  parts.query = detail::cut_after(rest, '?');
  parts.path = rest;
  return parts;
}

CLAMS_INLINE std::string percent_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = detail::hex_digit_value(text[i + 1]);
      const int low = detail::hex_digit_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        result += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

CLAMS_INLINE std::string percent_encode(std::string_view text, std::string_view safe) {
  std::string result;
  for (const char c : text) {
    const bool plain = detail::is_ascii_alpha(c) || detail::is_ascii_digit(c) || c == '_' ||
                       c == '.' || c == '-' || c == '~' || safe.find(c) != std::string_view::npos;
    if (plain) {
      result += c;
    } else {
      detail::append_percent(result, c);
    }
  }
  return result;
}

CLAMS_INLINE std::string normalize_url(std::string_view text) {
  std::string clean = detail::without_uri_noise(text);
  while (!clean.empty() && static_cast<unsigned char>(clean.back()) <= ' ') clean.pop_back();
  // Browsers take a backslash for a slash, up to the query.
  const auto path_end = std::min(clean.find_first_of("?#"), clean.size());
  std::replace(clean.begin(), clean.begin() + static_cast<std::ptrdiff_t>(path_end), '\\', '/');

  const UriParts parts = split_uri(clean);
  if (parts.scheme != "http" && parts.scheme != "https") {
    detail::refuse_url(text, "it must start with http:// or https://");
  }
  const bool has_query = clean.substr(0, clean.find('#')).find('?') != std::string::npos;
  const bool has_fragment = clean.find('#') != std::string::npos;
  std::string url =
      parts.scheme + "://" + detail::normalize_netloc(parts.netloc, parts.scheme, text);
  url += detail::browser_encode(detail::resolve_dots(parts.path), "\"<>`{}");
  if (has_query) url += '?' + detail::browser_encode(parts.query, "\"<>'");
  if (has_fragment) url += '#' + detail::browser_encode(parts.fragment, "\"<>`");
  return url;
}

}  // namespace clams
