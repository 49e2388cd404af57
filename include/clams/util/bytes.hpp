// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace clams {

/// An amount of memory. The unit is in the type, so that no function takes "a number of megabytes".
/// Signed, because differences are taken (what is free minus what is promised) and may fall below
/// zero.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: arithmetic never throws; amounts beyond 2^63 bytes are the caller's mistake.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::int64_t count) : count_(count) {}

  /// The number of bytes.
  [[nodiscard]] constexpr std::int64_t count() const { return count_; }

  /// The amount in units of 2^30 bytes, for messages.
  [[nodiscard]] constexpr double gibibytes() const {
    return static_cast<double>(count_) / (1024.0 * 1024.0 * 1024.0);
  }

  constexpr Bytes& operator+=(Bytes other) {
    count_ += other.count_;
    return *this;
  }
  constexpr Bytes& operator-=(Bytes other) {
    count_ -= other.count_;
    return *this;
  }

  friend constexpr Bytes operator+(Bytes a, Bytes b) { return a += b; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return a -= b; }
  friend constexpr Bytes operator*(Bytes a, std::int64_t factor) {
    return Bytes{a.count_ * factor};
  }
  friend constexpr auto operator<=>(Bytes, Bytes) = default;

 private:
  std::int64_t count_ = 0;
};

/// `need` times `factor`, rounded up to whole bytes: for headroom such as "recorded peak x 1.2".
[[nodiscard]] Bytes scaled(Bytes need, double factor);

/// Reads an amount: a number, perhaps with decimals, then one of `B KB MB GB TB` (powers of 1000),
/// `KiB MiB GiB TiB` (powers of 1024) in any case, or nothing for bytes; blanks before the unit are
/// fine.
/// @throws Error usage if `text` is anything else, is negative or does not fit 63 bits.
[[nodiscard]] Bytes parse_bytes(std::string_view text);

/// The shortest spelling with at most two decimals, which `parse_bytes` reads: `24GiB`, `1.50GiB`,
/// `17B`.
[[nodiscard]] std::string to_text(Bytes amount);

/// `1_GiB` and its like.
inline namespace literals {
constexpr Bytes operator""_B(unsigned long long n) { return Bytes{static_cast<std::int64_t>(n)}; }
constexpr Bytes operator""_KiB(unsigned long long n) { return operator""_B(n << 10U); }
constexpr Bytes operator""_MiB(unsigned long long n) { return operator""_B(n << 20U); }
constexpr Bytes operator""_GiB(unsigned long long n) { return operator""_B(n << 30U); }
}  // namespace literals

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/bytes.ipp>
#endif
