// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace whisper {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

/// Reads little-endian values out of bytes, front to back, and never beyond their end.
///
/// Ownership: borrows the bytes; what it returns points into them.
/// Threads: confined.
/// Errors: clams::Error invalid_input naming the file and the place where it ends too early.
class ByteReader {
 public:
  ByteReader(std::string file, std::span<const std::byte> bytes)
      : file_(std::move(file)), bytes_(bytes) {}

  /// The next number, of a fundamental type.
  template <typename Number>
  [[nodiscard]] Number number() {
    Number value{};
    std::memcpy(&value, take(sizeof(Number)).data(), sizeof(Number));
    return value;
  }

  [[nodiscard]] std::span<const std::byte> take(std::uint64_t count);
  [[nodiscard]] std::string_view text(std::uint64_t count);

  /// The text up to `end`, which is passed over.
  [[nodiscard]] std::string_view text_until(char end);

  void seek(std::uint64_t position);
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

  /// Throws: `FILE: what, at byte N`.
  [[noreturn]] void fail(std::string_view what) const;

 private:
  std::string file_;
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

/// Bytes as text, for what is text in a binary file.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace whisper
