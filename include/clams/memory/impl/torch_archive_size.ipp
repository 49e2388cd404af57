// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/checkpoint_formats.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams::detail {

/// The records of the zip format, by their signatures; all numbers are little-endian.
inline constexpr std::string_view kZipEnd = "PK\x05\x06";
inline constexpr std::string_view kZip64End = "PK\x06\x06";
inline constexpr std::string_view kZip64Locator = "PK\x06\x07";
inline constexpr std::string_view kZipEntry = "PK\x01\x02";
inline constexpr std::uint64_t kZipEndSize = 22;
inline constexpr std::uint64_t kZip64EndSize = 56;
inline constexpr std::uint64_t kZip64LocatorSize = 20;
inline constexpr std::size_t kZipEntrySize = 46;
inline constexpr std::uint64_t kZipCommentLimit = 65535;
inline constexpr std::uint64_t kIn64BitField = 0xFFFFFFFF;
/// A million tensors; a larger directory is an attempt to exhaust memory.
inline constexpr std::uint64_t kZipDirectoryLimit = 64U << 20U;

/// Where the list of entries lies in the file.
struct ZipDirectory {
  std::uint64_t offset;
  std::uint64_t size;
};

[[nodiscard]] CLAMS_INLINE ZipDirectory find_zip64_directory(ModelFile& file,
                                                             std::uint64_t end_offset) {
  if (end_offset < kZip64LocatorSize) refuse_header("the zip directory is missing");
  const std::string locator = file.read(end_offset - kZip64LocatorSize, kZip64LocatorSize);
  if (!locator.starts_with(kZip64Locator)) refuse_header("the zip directory is missing");
  const std::string end = file.read(little_endian(locator, 8, 8), kZip64EndSize);
  if (!end.starts_with(kZip64End)) refuse_header("the zip directory is missing");
  return {.offset = little_endian(end, 48, 8), .size = little_endian(end, 40, 8)};
}

/// The end record is the last thing of the file but for a comment.
[[nodiscard]] CLAMS_INLINE ZipDirectory find_zip_directory(ModelFile& file) {
  const std::uint64_t tail_size = std::min(file.size(), kZipEndSize + kZipCommentLimit);
  const std::string tail = file.read(file.size() - tail_size, tail_size);
  const std::size_t at = tail.rfind(kZipEnd);
  if (at == std::string::npos || tail.size() - at < kZipEndSize) {
    refuse_header("the zip directory is missing");
  }
  const ZipDirectory directory{.offset = little_endian(tail, at + 16, 4),
                               .size = little_endian(tail, at + 12, 4)};
  if (directory.offset != kIn64BitField && directory.size != kIn64BitField) return directory;
  return find_zip64_directory(file, file.size() - tail_size + at);
}

/// `model/data/17`, and in TorchScript `model/constants/3`.
[[nodiscard]] CLAMS_INLINE bool is_tensor_entry(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash);
  const std::string_view number = name.substr(slash + 1);
  return (folder.ends_with("/data") || folder.ends_with("/constants")) && !number.empty() &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The size that did not fit the 32-bit field: first in the extra field with id 1.
[[nodiscard]] CLAMS_INLINE std::uint64_t zip64_entry_size(std::string_view extra) {
  constexpr std::uint64_t kZip64ExtraId = 1;
  while (!extra.empty()) {
    if (little_endian(extra, 0, 2) == kZip64ExtraId) return little_endian(extra, 4, 8);
    const std::size_t length = 4 + static_cast<std::size_t>(little_endian(extra, 2, 2));
    extra.remove_prefix(std::min(length, extra.size()));
  }
  refuse_header("a zip entry lacks its size");
}

/// Takes one entry off the front of `rest`.
/// @return the bytes of its tensor; zero if it is something else.
[[nodiscard]] CLAMS_INLINE std::uint64_t take_zip_entry(std::string_view& rest) {
  if (!rest.starts_with(kZipEntry)) refuse_header("the zip directory is damaged");
  const auto name_size = static_cast<std::size_t>(little_endian(rest, 28, 2));
  const auto extra_size = static_cast<std::size_t>(little_endian(rest, 30, 2));
  const auto comment_size = static_cast<std::size_t>(little_endian(rest, 32, 2));
  const std::size_t entry_size = kZipEntrySize + name_size + extra_size + comment_size;
  if (entry_size > rest.size()) refuse_header("the zip directory is cut short");

  const std::string_view name = rest.substr(kZipEntrySize, name_size);
  const std::string_view extra = rest.substr(kZipEntrySize + name_size, extra_size);
  std::uint64_t bytes = 0;
  if (is_tensor_entry(name)) {
    bytes = little_endian(rest, 24, 4);
    if (bytes == kIn64BitField) bytes = zip64_entry_size(extra);
  }
  rest.remove_prefix(entry_size);
  return bytes;
}

CLAMS_INLINE std::uint64_t torch_archive_bytes(ModelFile& file) {
  const ZipDirectory directory = find_zip_directory(file);
  if (directory.size > kZipDirectoryLimit) refuse_header("the zip directory claims over 64 MiB");
  const std::string entries = file.read(directory.offset, directory.size);

  std::uint64_t total = 0;
  for (std::string_view rest = entries; !rest.empty();) {
    const std::uint64_t bytes = take_zip_entry(rest);
    // PyTorch stores tensors uncompressed, so that they cannot be more than the file.
    if (bytes > file.size() - total) refuse_header("the tensors are larger than the file");
    total += bytes;
  }
  if (total == 0) refuse_header("no tensors in the zip directory");
  return total;
}

}  // namespace clams::detail
