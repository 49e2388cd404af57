// SPDX-License-Identifier: Apache-2.0
#include "net/packed_attention.hpp"

#include "net/bfloat16_tiles.hpp"
#include "net/query_blocks.hpp"
#include "net/thread_team.hpp"

#include <algorithm>

namespace whisper {
namespace {

constexpr std::int64_t kRows = QueryBlocks::kRows;
constexpr std::int64_t kWidth = Bfloat16Tiles::kColumns;  // of a head

std::int64_t blocks_in(std::int64_t count, std::int64_t block) {
  return (count + block - 1) / block;
}

const Bfloat16* numbers_of(const at::Tensor& tensor) {
  return static_cast<const Bfloat16*>(tensor.const_data_ptr());
}

void pack_head(const Bfloat16* from, std::int64_t stride, std::int64_t width, std::int64_t length,
               Bfloat16* keys, Bfloat16* values) {
  for (std::int64_t row = 0; row < length; ++row, from += stride) {
    auto* const block = keys + row / kWidth * kWidth * kWidth + row % kWidth * 2;
    auto* const pair = values + row / 2 * 2 * kWidth + row % 2;
    for (std::int64_t i = 0; i < kWidth; ++i) {
      block[i / 2 * 2 * kWidth + i % 2] = from[i];
      pair[2 * i] = from[width + i];
    }
  }
}

void store(const Bfloat16Tiles& tiles, const float* seen, std::int64_t rows, at::Tensor& to,
           std::int64_t first, std::int64_t column) {
  const auto width = to.size(2);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto place = (first + row) * width + column;
    if (to.scalar_type() == at::kFloat) {
      std::copy_n(seen + row * kWidth, kWidth, to.mutable_data_ptr<float>() + place);
    } else {
      tiles.round(seen + row * kWidth, static_cast<Bfloat16*>(to.mutable_data_ptr()) + place);
    }
  }
}

}  // namespace

bool can_pack_attention(std::int64_t width, std::int64_t heads) {
  return bfloat16_tiles() != nullptr && width == heads * kWidth;
}

PackedKeyValues pack_keys_and_values(const at::Tensor& both, std::int64_t heads) {
  const auto windows = both.size(0);
  const auto length = both.size(1);
  const auto width = both.size(2) / 2;
  const auto blocks = blocks_in(length, kWidth);
  PackedKeyValues packed{
      .keys = at::zeros({windows, heads, blocks, kWidth / 2, kWidth, 2}, both.options()),
      .values = at::zeros({windows, heads, blocks * kWidth / 2, kWidth, 2}, both.options()),
      .length = length};
  auto* const keys = static_cast<Bfloat16*>(packed.keys.mutable_data_ptr());
  auto* const values = static_cast<Bfloat16*>(packed.values.mutable_data_ptr());
  const auto of_head = blocks * kWidth * kWidth;
  share_rows(windows * heads, 1, [&](std::int64_t head, std::int64_t /*end*/) {
    pack_head(numbers_of(both) + head / heads * both.stride(0) + head % heads * kWidth,
              both.stride(1), width, length, keys + head * of_head, values + head * of_head);
  });
  return packed;
}

at::Tensor unpack_keys(const PackedKeyValues& packed, std::int64_t window, std::int64_t head) {
  return packed.keys.select(0, window)
      .select(0, head)
      .permute({0, 2, 1, 3})
      .reshape({-1, kWidth})
      .narrow(0, 0, packed.length)
      .to(at::kFloat);
}

at::Tensor attend_packed(const at::Tensor& queries, const PackedKeyValues& packed,
                         at::ScalarType numbers) {
  constexpr std::int64_t kBlocksAtOnce = 2;  // of which each takes a hundred microseconds
  const auto& tiles = *bfloat16_tiles();
  const auto rows = queries.size(1);
  const auto heads = packed.keys.size(1);
  const auto blocks = blocks_in(rows, kRows);
  const auto of_head = packed.keys.stride(1);
  auto seen = at::empty(queries.sizes(), queries.options().dtype(numbers));
  const auto attend_blocks = [&](std::int64_t begin, std::int64_t end) {
    QueryBlocks some{tiles, static_cast<std::size_t>(packed.length)};
    for (auto block = begin; block < end; ++block) {
      const auto head = block / blocks;  // of all windows
      const auto window = head / heads;
      const auto column = head % heads * kWidth;
      const auto row = block % blocks * kRows;
      const auto count = std::min(kRows, rows - row);
      const auto* const from =
          numbers_of(queries) + window * queries.stride(0) + row * queries.stride(1) + column;
      store(tiles,
            some.attend(from, static_cast<std::size_t>(queries.stride(1)),
                        static_cast<std::size_t>(count), numbers_of(packed.keys) + head * of_head,
                        numbers_of(packed.values) + head * of_head),
            count, seen, window * rows + row, column);
    }
  };
  share_rows(queries.size(0) * heads * blocks, kBlocksAtOnce, attend_blocks);
  return seen;
}

}  // namespace whisper
