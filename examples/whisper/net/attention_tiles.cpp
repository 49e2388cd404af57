// SPDX-License-Identifier: Apache-2.0
#include "net/attention_tiles.hpp"

#include "net/attention_kernels.hpp"

namespace whisper {

PackedHead block_of(const AttentionTiles& tiles, const PackedHead& head, std::size_t block) {
  const auto first = block * AttentionTiles::kWidth;
  const auto bytes = first * AttentionTiles::kWidth * tiles.number_bytes;
  PackedHead found{.keys = head.keys + bytes, .values = head.values + bytes};
  if (tiles.has_scales) {
    found.key_scales = head.key_scales + first;
    found.value_scales = head.value_scales + first;
  }
  return found;
}

const AttentionTiles* attention_tiles(AttentionFormat format) {
  switch (format) {
    case AttentionFormat::bfloat16: return bfloat16_attention();
    case AttentionFormat::widened: return widened_attention();
    default: return int8_attention();
  }
}

}  // namespace whisper
