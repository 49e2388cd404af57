// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/bearer_token.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The time depends on the length of `shown` alone.
CLAMS_INLINE bool equal_in_constant_time(std::string_view secret, std::string_view shown) {
  volatile unsigned difference = secret.size() == shown.size() ? 0U : 1U;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto expected = static_cast<unsigned char>(secret[i % secret.size()]);
    difference = difference | (expected ^ static_cast<unsigned char>(shown[i]));
  }
  return difference == 0;
}

CLAMS_INLINE bool starts_with_bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return false;
  return std::equal(kScheme.begin(), kScheme.end(), authorization.begin(), [](char low, char any) {
    return low == any || (any >= 'A' && any <= 'Z' && low == static_cast<char>(any - 'A' + 'a'));
  });
}

}  // namespace detail

namespace http {

CLAMS_INLINE BearerToken::BearerToken(std::string secret) : secret_(std::move(secret)) {
  const bool visible =
      std::all_of(secret_.begin(), secret_.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (secret_.empty() || !visible) {
    throw Error{ErrorCode::usage,
                "a bearer token must be one or more visible ASCII characters without blanks"};
  }
}

CLAMS_INLINE BearerToken BearerToken::from_file(const std::filesystem::path& path) {
  try {
    const std::string text = read_file(path);
    return BearerToken{std::string{detail::trim_blanks(text.substr(0, text.find('\n')))}};
  } catch (const Error& error) {
    throw Error{ErrorCode::usage, "token file " + path.string() + ": " + error.what()};
  }
}

CLAMS_INLINE bool BearerToken::admits(std::string_view authorization) const noexcept {
  if (!detail::starts_with_bearer(authorization)) return false;
  const auto shown = detail::trim_blanks(authorization.substr(std::string_view{"bearer "}.size()));
  return detail::equal_in_constant_time(secret_, shown);
}

}  // namespace http
}  // namespace clams
