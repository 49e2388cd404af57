// SPDX-License-Identifier: Apache-2.0
#include "model/support/checkpoint_writer.hpp"
#include "model/support/model_writers.hpp"

#include <cstdint>

namespace whisper::testing {

namespace {

constexpr std::uint32_t kIn64 = 0xffffffff;

void add_local_header(Bytes& out, const std::string& name, std::size_t size) {
  out.text("PK\x03\x04").number(std::uint16_t{20}).number(std::uint16_t{0});
  out.number(std::uint16_t{0}).number(std::uint32_t{0}).number(std::uint32_t{0});
  out.number(static_cast<std::uint32_t>(size)).number(static_cast<std::uint32_t>(size));
  out.number(static_cast<std::uint16_t>(name.size())).number(std::uint16_t{0}).text(name);
}

void add_directory_entry(Bytes& out, const std::string& name, std::uint64_t size,
                         std::uint64_t offset, ZipKind kind) {
  const bool large = kind == ZipKind::zip64;
  const auto in_32 = [large](std::uint64_t n) {
    return large ? kIn64 : static_cast<std::uint32_t>(n);
  };
  out.text("PK\x01\x02").number(std::uint16_t{20}).number(std::uint16_t{20});
  out.number(std::uint16_t{0}).number(std::uint16_t{0});
  out.number(std::uint32_t{0}).number(std::uint32_t{0}).number(in_32(size)).number(in_32(size));
  out.number(static_cast<std::uint16_t>(name.size()));
  out.number(static_cast<std::uint16_t>(large ? 28 : 0)).number(std::uint16_t{0});
  out.number(std::uint16_t{0}).number(std::uint16_t{0}).number(std::uint32_t{0});
  out.number(in_32(offset)).text(name);
  if (!large) return;
  out.number(std::uint16_t{1}).number(std::uint16_t{24});
  out.number(size).number(size).number(offset);
}

void add_end64(Bytes& out, std::uint64_t entries, std::uint64_t size, std::uint64_t offset) {
  const std::uint64_t at = out.size();
  out.text("PK\x06\x06").number(std::uint64_t{44}).number(std::uint16_t{45});
  out.number(std::uint16_t{45}).number(std::uint32_t{0}).number(std::uint32_t{0});
  out.number(entries).number(entries).number(size).number(offset);
  out.text("PK\x06\x07").number(std::uint32_t{0}).number(at).number(std::uint32_t{1});
}

}  // namespace

std::string write_zip(const ZipEntries& entries, ZipKind kind) {
  Bytes out;
  std::vector<std::uint64_t> offsets;
  for (const auto& [name, data] : entries) {
    offsets.push_back(out.size());
    add_local_header(out, name, data.size());
    out.text(data);
  }
  const std::uint64_t directory = out.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    add_directory_entry(out, entries[i].first, entries[i].second.size(), offsets[i], kind);
  }
  const bool large = kind == ZipKind::zip64;
  const std::uint64_t size = out.size() - directory;
  if (large) add_end64(out, entries.size(), size, directory);
  const auto count = static_cast<std::uint16_t>(large ? 0xffff : entries.size());
  out.text("PK\x05\x06").number(std::uint32_t{0}).number(count).number(count);
  out.number(static_cast<std::uint32_t>(size));
  out.number(large ? kIn64 : static_cast<std::uint32_t>(directory)).number(std::uint16_t{0});
  return out.take();
}

}  // namespace whisper::testing
