// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clams {

/// The MD5 of `data` in lower-case hex. For names that must equal another program's, never for
/// secrets.
[[nodiscard]] std::string md5_hex(std::string_view data);

/// The SHA-256 of `data` in lower-case hex.
[[nodiscard]] std::string sha256_hex(std::string_view data);

/// A SHA-256 taken piece by piece, for data that should not be in memory as a whole.
///
/// Ownership: a value; the pieces are not kept.
/// Threads: confined.
/// Errors: none.
class Sha256 {
 public:
  /// The data hashed so far ends with `data`.
  void update(std::string_view data);

  /// The hash of everything given to `update`, in lower-case hex. More may be added afterwards.
  [[nodiscard]] std::string hex() const;

 private:
  static constexpr std::size_t kBlock = 64;

  void compress(const unsigned char* blocks, std::size_t count);

  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<unsigned char, kBlock> pending_{};
  std::uint64_t length_ = 0;  // bytes given so far
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/hash.ipp>
#endif
