// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// What the keys and values of attention are kept and multiplied as.
enum class AttentionFormat {
  bfloat16,  ///< by AVX512-BF16, two products at once
  widened,   ///< bfloat16, multiplied as the float32 that it becomes without loss: half as fast
  int8       ///< by AVX512-VNNI, each key and value with a scale of its own
};

/// The keys and values of one head of one window, in blocks of AttentionTiles::kWidth, in an order
/// that is the format's own.
struct PackedHead {
  std::byte* keys = nullptr;
  std::byte* values = nullptr;
  float* key_scales = nullptr;    ///< of each, where the format has them
  float* value_scales = nullptr;  ///< likewise
};

/// The inner loops of attention, for processors with AVX512. A head is kWidth numbers wide.
struct AttentionTiles {
  static constexpr std::size_t kRows = 6;    ///< of a tile: as many as registers have room for
  static constexpr std::size_t kWidth = 64;  ///< of a head; and so many keys are in a block
  static constexpr std::size_t kQueryBytes = 2 * kWidth;  ///< of a query, once it was read

  std::size_t number_bytes = 0;  ///< of a key's or value's number
  bool has_scales = false;

  /// Packs a key and its value as those of a block.
  void (*pack)(const float* key, const float* value, std::size_t index, const PackedHead& block);
  /// A key of a block, as it is multiplied.
  void (*unpack_key)(const PackedHead& block, std::size_t index, float* to);

  /// Makes kQueryBytes of a query; returns what a step of its numbers is.
  float (*read)(const float* query, std::byte* to);

  /// scores[row][key] = what a query, in its steps, and a key of the block give.
  /// @param queries `count` of them, at most kRows, as they were read
  void (*score)(const std::byte* queries, std::size_t count, const PackedHead& block, float* scores,
                std::size_t stride);

  /// weights[i] = e^((scores[i] - their maximum) * scale) as `see` wants it, of whole blocks, in
  /// which the score of what is no key is kNoKey. Returns what sums of values with these weights
  /// are to be multiplied with, to be their mean.
  /// @param head its scales are looked at
  float (*soften)(const float* scores, std::size_t count, float scale, const PackedHead& head,
                  std::uint16_t* weights);
  static constexpr float kNoKey = -1e30F;

  /// sums[row] += the values of a block, weighted; a row of sums is kWidth numbers of 32 bits.
  /// @param weights `count` rows of them, at most kRows
  void (*see)(const std::uint16_t* weights, std::size_t stride, std::size_t count,
              const PackedHead& block, std::int32_t* sums);
  /// to[i] = a row of such sums, times the factor.
  void (*finish)(const std::int32_t* sums, float factor, float* to);
};

/// A block of keys and values, of a head.
[[nodiscard]] PackedHead block_of(const AttentionTiles& tiles, const PackedHead& head,
                                  std::size_t block);

/// Nothing where the processor has no such instructions.
[[nodiscard]] const AttentionTiles* attention_tiles(AttentionFormat format);

}  // namespace whisper
