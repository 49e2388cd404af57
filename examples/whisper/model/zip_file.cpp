// SPDX-License-Identifier: Apache-2.0
#include "model/zip_file.hpp"

#include "model/byte_reader.hpp"
#include "model/format_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace whisper {

namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::uint32_t kIn64 = 0xffffffff;  // the number is too large for 32 bits

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t offset = 0;
};

struct Entry {
  std::string_view name = {};
  std::uint64_t size = 0;
  std::uint64_t offset = 0;  // of its local header
};

void expect(ByteReader& reader, std::uint32_t signature, std::string_view what) {
  if (reader.number<std::uint32_t>() != signature) {
    reader.fail(fmt::format("the zip archive is damaged: no {}", what));
  }
}

template <typename... Numbers>
void skip(ByteReader& reader) {
  static_cast<void>(reader.take((sizeof(Numbers) + ...)));
}

// The end record stands at the very end, before a comment of at most 64 KiB.
std::size_t find_end(std::span<const std::byte> bytes, const ByteReader& reader) {
  constexpr std::size_t kEndBytes = 22;
  constexpr std::size_t kLongestComment = 0xffff;
  const auto text = as_text(bytes);
  constexpr std::string_view kSignature{"PK\x05\x06"};
  const auto at = text.size() < kEndBytes ? std::string_view::npos
                                          : text.rfind(kSignature, text.size() - kEndBytes);
  if (at == std::string_view::npos || at + kEndBytes + kLongestComment < text.size()) {
    reader.fail("the zip archive is truncated: it has no end record");
  }
  return at;
}

Directory read_end64(ByteReader& reader, std::size_t end) {
  constexpr std::size_t kLocatorBytes = 20;
  if (end < kLocatorBytes) reader.fail("the zip archive is damaged: no 64-bit end record");
  reader.seek(end - kLocatorBytes);
  expect(reader, kLocator64, "64-bit end record");
  skip<std::uint32_t>(reader);
  reader.seek(reader.number<std::uint64_t>());
  expect(reader, kEnd64, "64-bit end record");
  skip<std::uint64_t, std::uint16_t, std::uint16_t, std::uint32_t, std::uint32_t, std::uint64_t>(
      reader);
  Directory directory;
  directory.entries = reader.number<std::uint64_t>();
  skip<std::uint64_t>(reader);
  directory.offset = reader.number<std::uint64_t>();
  return directory;
}

Directory read_end(ByteReader& reader, std::span<const std::byte> bytes) {
  const std::size_t end = find_end(bytes, reader);
  reader.seek(end);
  expect(reader, kEnd, "end record");
  skip<std::uint16_t, std::uint16_t, std::uint16_t>(reader);
  Directory directory;
  directory.entries = reader.number<std::uint16_t>();
  skip<std::uint32_t>(reader);
  directory.offset = reader.number<std::uint32_t>();
  const bool in_64 = directory.entries == 0xffff || directory.offset == kIn64;
  return in_64 ? read_end64(reader, end) : directory;
}

// Sizes and offsets that 32 bits cannot hold stand in an extra field, in this order.
void read_extra64(ByteReader extra, Entry& entry, std::uint64_t& compressed) {
  constexpr std::uint16_t kZip64 = 1;
  while (extra.remaining() >= 4) {
    const auto id = extra.number<std::uint16_t>();
    const auto size = extra.number<std::uint16_t>();
    ByteReader field{extra.file(), extra.take(size)};
    if (id != kZip64) continue;
    for (std::uint64_t* const number : {&entry.size, &compressed, &entry.offset}) {
      if (*number == kIn64) *number = field.number<std::uint64_t>();
    }
  }
}

Entry read_entry(ByteReader& reader) {
  expect(reader, kCentralHeader, "directory entry");
  skip<std::uint16_t, std::uint16_t>(reader);
  const auto flags = reader.number<std::uint16_t>();
  const auto method = reader.number<std::uint16_t>();
  skip<std::uint32_t, std::uint32_t>(reader);  // time, checksum
  std::uint64_t compressed = reader.number<std::uint32_t>();
  Entry entry{.size = reader.number<std::uint32_t>()};
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  const auto comment_length = reader.number<std::uint16_t>();
  skip<std::uint16_t, std::uint16_t, std::uint32_t>(reader);
  entry.offset = reader.number<std::uint32_t>();
  entry.name = reader.text(name_length);
  read_extra64({reader.file(), reader.take(extra_length)}, entry, compressed);
  static_cast<void>(reader.take(comment_length));
  if (method != 0 || (flags & 1U) != 0 || compressed != entry.size) {
    reader.fail(
        fmt::format("entry {} is compressed or encrypted, but PyTorch stores its entries as "
                    "they are",
                    shown(entry.name)));
  }
  return entry;
}

std::span<const std::byte> data_of(const Entry& entry, ByteReader reader) {
  reader.seek(entry.offset);
  expect(reader, kLocalHeader, "entry where the directory says");
  static_cast<void>(reader.take(22));
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  if (reader.text(name_length) != entry.name) {
    reader.fail(
        fmt::format("the zip archive is damaged: entry {} has another name in its directory",
                    shown(entry.name)));
  }
  static_cast<void>(reader.take(extra_length));
  return reader.take(entry.size);
}

}  // namespace

bool looks_like_zip(std::span<const std::byte> bytes) noexcept {
  return as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4))) == "PK\x03\x04";
}

ZipFile::ZipFile(std::span<const std::byte> bytes, const std::string& file) {
  ByteReader reader{file, bytes};
  const Directory directory = read_end(reader, bytes);
  reader.seek(directory.offset);
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const Entry entry = read_entry(reader);
    if (!entries_.emplace(entry.name, data_of(entry, ByteReader{file, bytes})).second) {
      reader.fail(fmt::format("entry {} is there twice", shown(entry.name)));
    }
  }
}

}  // namespace whisper
