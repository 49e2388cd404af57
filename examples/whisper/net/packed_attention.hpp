// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/attention_tiles.hpp"

#include <optional>
#include <utility>

namespace whisper {

/// Keys and values of all heads, laid out for the processor's products: what is read many times is
/// packed once.
///
/// Ownership: shares its bytes, which have a row for each window, so that windows are chosen and
/// put together without unpacking. Threads: immutable, but for `put`, which may be called side by
/// side for different rows. Errors: what libtorch throws.
class PackedKeyValues {
 public:
  /// Room for windows of `length` rows.
  PackedKeyValues(const AttentionTiles& tiles, std::int64_t windows, std::int64_t heads,
                  std::int64_t length);
  /// Windows that were packed before. @param windows bytes [windows, heads, bytes of a head]
  PackedKeyValues(const AttentionTiles& tiles, at::Tensor windows, std::int64_t length)
      : tiles_(tiles), windows_(std::move(windows)), length_(length) {}

  [[nodiscard]] const AttentionTiles& tiles() const noexcept { return tiles_; }
  [[nodiscard]] const at::Tensor& windows() const noexcept { return windows_; }
  [[nodiscard]] std::int64_t heads() const { return windows_.size(1); }
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }
  [[nodiscard]] PackedHead head(std::int64_t window, std::int64_t head) const;

  /// Packs a row of the windows', one after the other, in which heads stand side by side.
  void put(std::int64_t row, const float* keys, const float* values);

 private:
  const AttentionTiles& tiles_;
  at::Tensor windows_;
  std::int64_t length_;
};

/// The format's kernels; nothing if no format is wanted, or heads are not as wide as they want
/// them: as they are in all of Whisper's models.
[[nodiscard]] const AttentionTiles* packed_attention(std::optional<AttentionFormat> format,
                                                     std::int64_t width, std::int64_t heads);

/// @param both keys and values side by side, float32 [windows, length, 2 * width]
[[nodiscard]] PackedKeyValues pack_keys_and_values(const AttentionTiles& tiles,
                                                   const at::Tensor& both, std::int64_t heads);

/// One head's keys in one window, float32 [length, width of a head].
[[nodiscard]] at::Tensor unpack_keys(const PackedKeyValues& packed, std::int64_t window,
                                     std::int64_t head);

/// softmax(q k^T / sqrt(width of a head)) v, in which each query sees all keys of its window.
/// @param queries float32 [windows, rows, width]; its rows may stand apart. And so is the result.
[[nodiscard]] at::Tensor attend_packed(const at::Tensor& queries, const PackedKeyValues& packed);

}  // namespace whisper
