// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace clams::http {

/// The secret that clients must show, as `Authorization: Bearer SECRET`.
///
/// Ownership: owns a copy of the secret.
/// Threads: immutable.
/// Errors: `from_file` throws Error usage for a file that is missing, unreadable or holds no token.
class BearerToken {
 public:
  /// @throws Error usage if `secret` is empty or holds anything but visible ASCII characters.
  explicit BearerToken(std::string secret);

  /// The first line of a file, blanks around it dropped.
  [[nodiscard]] static BearerToken from_file(const std::filesystem::path& path);

  /// Whether the value of an Authorization header shows the secret. Takes the same time for every
  /// wrong one of a length, so that nothing can be learned from it.
  [[nodiscard]] bool admits(std::string_view authorization) const noexcept;

 private:
  std::string secret_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/bearer_token.ipp>
#endif
