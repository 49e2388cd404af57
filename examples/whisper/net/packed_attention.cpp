// SPDX-License-Identifier: Apache-2.0
#include "net/packed_attention.hpp"

#include "net/query_blocks.hpp"
#include "net/thread_team.hpp"

#include <algorithm>

namespace whisper {
namespace {

constexpr std::int64_t kRows = QueryBlocks::kRows;
constexpr std::int64_t kWidth = AttentionTiles::kWidth;  // of a head

std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

std::int64_t blocks_in(std::int64_t count, std::int64_t block) {
  return (count + block - 1) / block;
}

// Keys, values, and the scales of both.
std::int64_t numbers_bytes(const AttentionTiles& tiles, std::int64_t blocks) {
  return blocks * kWidth * kWidth * static_cast<std::int64_t>(tiles.number_bytes);
}
std::int64_t scales_bytes(const AttentionTiles& tiles, std::int64_t blocks) {
  return tiles.has_scales ? blocks * kWidth * static_cast<std::int64_t>(sizeof(float)) : 0;
}

}  // namespace

PackedKeyValues::PackedKeyValues(const AttentionTiles& tiles, std::int64_t windows,
                                 std::int64_t heads, std::int64_t length)
    : tiles_(tiles), length_(length) {
  const auto blocks = blocks_in(length, kWidth);
  const auto bytes = 2 * (numbers_bytes(tiles, blocks) + scales_bytes(tiles, blocks));
  windows_ = at::empty({windows, heads, bytes}, at::kByte);
  if (length % kWidth == 0) return;
  for (std::int64_t i = 0; i < windows * heads; ++i) {  // what is no key is zeros
    const auto last = block_of(tiles, head(i / heads, i % heads), size(blocks - 1));
    std::fill_n(last.keys, numbers_bytes(tiles, 1), std::byte{0});
    std::fill_n(last.values, numbers_bytes(tiles, 1), std::byte{0});
    if (tiles.has_scales) std::fill_n(last.value_scales, kWidth, 0.0F);
  }
}

PackedHead PackedKeyValues::head(std::int64_t window, std::int64_t head) const {
  const auto blocks = blocks_in(length_, kWidth);
  auto* const keys = static_cast<std::byte*>(windows_.data_ptr()) + window * windows_.stride(0) +
                     head * windows_.stride(1);
  auto* const values = keys + numbers_bytes(tiles_, blocks);
  auto* const scales = values + numbers_bytes(tiles_, blocks);
  PackedHead found{.keys = keys, .values = values};
  if (tiles_.has_scales) {
    found.key_scales = reinterpret_cast<float*>(scales);
    found.value_scales = reinterpret_cast<float*>(scales + scales_bytes(tiles_, blocks));
  }
  return found;
}

void PackedKeyValues::put(std::int64_t row, const float* keys, const float* values) {
  const auto key = row % length_;
  for (std::int64_t i = 0; i < heads(); ++i, keys += kWidth, values += kWidth) {
    const auto block = block_of(tiles_, head(row / length_, i), size(key / kWidth));
    tiles_.pack(keys, values, size(key % kWidth), block);
  }
}

const AttentionTiles* packed_attention(std::optional<AttentionFormat> format, std::int64_t width,
                                       std::int64_t heads) {
  return format && width == heads * kWidth ? attention_tiles(*format) : nullptr;
}

PackedKeyValues pack_keys_and_values(const AttentionTiles& tiles, const at::Tensor& both,
                                     std::int64_t heads) {
  constexpr std::int64_t kRowsAtOnce = 64;
  const auto length = both.size(1);
  const auto width = both.size(2) / 2;
  const auto* const from = both.const_data_ptr<float>();
  PackedKeyValues packed{tiles, both.size(0), heads, length};
  share_rows(both.size(0) * length, kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    for (auto row = begin; row < end; ++row) {
      packed.put(row, from + 2 * row * width, from + (2 * row + 1) * width);
    }
  });
  return packed;
}

at::Tensor unpack_keys(const PackedKeyValues& packed, std::int64_t window, std::int64_t head) {
  auto keys = at::empty({packed.length(), kWidth}, at::kFloat);
  const auto from = packed.head(window, head);
  for (std::int64_t key = 0; key < packed.length(); ++key) {
    packed.tiles().unpack_key(block_of(packed.tiles(), from, size(key / kWidth)),
                              size(key % kWidth), keys.mutable_data_ptr<float>() + key * kWidth);
  }
  return keys;
}

at::Tensor attend_packed(const at::Tensor& queries, const PackedKeyValues& packed) {
  constexpr std::int64_t kBlocksAtOnce = 2;  // of which each takes a hundred microseconds
  const auto rows = queries.size(1);
  const auto heads = packed.heads();
  const auto blocks = blocks_in(rows, kRows);
  auto seen = at::empty(queries.sizes(), at::kFloat);
  const auto attend_blocks = [&](std::int64_t begin, std::int64_t end) {
    QueryBlocks some{packed.tiles(), size(packed.length())};
    for (auto block = begin; block < end; ++block) {
      const auto window = block / blocks / heads;
      const auto head = block / blocks % heads;
      const auto row = block % blocks * kRows;
      some.attend(
          queries.const_data_ptr<float>() + window * queries.stride(0) + row * queries.stride(1) +
              head * kWidth,
          size(queries.stride(1)), size(std::min(kRows, rows - row)), packed.head(window, head),
          seen.mutable_data_ptr<float>() + (window * rows + row) * seen.size(2) + head * kWidth,
          size(seen.size(2)));
    }
  };
  share_rows(queries.size(0) * heads * blocks, kBlocksAtOnce, attend_blocks);
  return seen;
}

}  // namespace whisper
