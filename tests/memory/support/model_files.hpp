// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace clams::testing {

/// `number` as `width` little-endian bytes.
inline std::string little_endian_bytes(std::uint64_t number, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xFFU);
  return bytes;
}

inline std::filesystem::path write_model_file(const std::filesystem::path& path,
                                              std::string_view bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
  return path;
}

/// A safetensors file with this header, and `data_size` bytes of tensors.
inline std::string safetensors(std::string_view header, std::size_t data_size) {
  return little_endian_bytes(header.size(), 8) + std::string{header} + std::string(data_size, 't');
}

/// An entry of a zip file: its name, and the size that its directory claims.
struct ZipEntry {
  std::string name;
  std::uint64_t size;
};

enum class ZipKind { zip32, zip64 };

/// The entry in the directory; in zip64 its size stands behind another extra field.
inline std::string zip_directory_entry(const ZipEntry& entry, ZipKind kind) {
  const bool is_large = kind == ZipKind::zip64;
  std::string extra;
  if (is_large) {
    extra = little_endian_bytes(0x7075, 2) + little_endian_bytes(3, 2) + "abc" +
            little_endian_bytes(1, 2) + little_endian_bytes(8, 2) +
            little_endian_bytes(entry.size, 8);
  }
  return "PK\x01\x02" + std::string(20, '\0') +
         little_endian_bytes(is_large ? 0xFFFFFFFF : entry.size, 4) +
         little_endian_bytes(entry.name.size(), 2) + little_endian_bytes(extra.size(), 2) +
         std::string(14, '\0') + entry.name + extra;
}

/// A zip file whose entries hold `data_size` bytes in all.
inline std::string zip(const std::vector<ZipEntry>& entries, std::size_t data_size,
                       ZipKind kind = ZipKind::zip32) {
  const std::string data = "PK\x03\x04" + std::string(data_size, 'd');
  std::string directory;
  for (const ZipEntry& entry : entries) directory += zip_directory_entry(entry, kind);
  std::string text = data + directory;
  const bool is_large = kind == ZipKind::zip64;
  if (is_large) {
    text += "PK\x06\x06" + std::string(36, '\0') + little_endian_bytes(directory.size(), 8) +
            little_endian_bytes(data.size(), 8);
    text += "PK\x06\x07" + std::string(4, '\0') +
            little_endian_bytes(data.size() + directory.size(), 8) + std::string(4, '\0');
  }
  return text + "PK\x05\x06" + std::string(8, '\0') +
         little_endian_bytes(is_large ? 0xFFFFFFFF : directory.size(), 4) +
         little_endian_bytes(is_large ? 0xFFFFFFFF : data.size(), 4) + std::string(2, '\0');
}

}  // namespace clams::testing
