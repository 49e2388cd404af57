// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace whisper {

/// Whether the bytes begin as a zip archive does.
[[nodiscard]] bool looks_like_zip(std::span<const std::byte> bytes) noexcept;

/// The entries of a zip archive that stores them as they are, as PyTorch's are.
///
/// Ownership: borrows the archive's bytes; the entries are views of them.
/// Threads: immutable.
/// Errors: the constructor throws clams::Error invalid_input naming the file for an archive that is
///   truncated, damaged, encrypted or compressed.
class ZipFile {
 public:
  using Entries = std::map<std::string, std::span<const std::byte>, std::less<>>;

  ZipFile(std::span<const std::byte> bytes, const std::string& file);

  [[nodiscard]] const Entries& entries() const noexcept { return entries_; }

 private:
  Entries entries_;
};

}  // namespace whisper
