// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace whisper {

/// What self-attention remembers of each row of a run: the keys and values of all layers.
///
/// Its memory grows by pieces. Rows that part from a common beginning share nothing, but when they
/// take each other's place only what differs is copied: for beams, the last few tokens.
///
/// Ownership: owns its memory.
/// Threads: confined.
/// Errors: what libtorch throws.
class KeyValueCache {
 public:
  /// @param options of its numbers.
  KeyValueCache(std::int64_t layers, std::int64_t rows, std::int64_t heads, std::int64_t head_width,
                const at::TensorOptions& options);

  [[nodiscard]] std::int64_t rows() const noexcept { return memory_.size(kRows); }
  /// How many tokens each row has.
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }

  /// Appends `count` tokens to each row, whose keys and values are to be put now.
  void extend(std::int64_t count);
  /// Puts the newest tokens' keys and values: [rows, heads, count, head width].
  void put(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values);
  /// [rows, heads, length, head width]; views.
  [[nodiscard]] at::Tensor keys(std::int64_t layer) const { return all(layer, 0); }
  [[nodiscard]] at::Tensor values(std::int64_t layer) const { return all(layer, 1); }

  /// From now on row i is what row `sources[i]` was; there may be more or fewer rows than before.
  void select(std::span<const std::int64_t> sources);
  /// As `select`, for as many rows as there are.
  void reorder(std::span<const std::int64_t> sources);

 private:
  static constexpr std::int64_t kRows = 2;
  static constexpr std::int64_t kPositions = 4;
  static constexpr std::int64_t kPiece = 64;

  [[nodiscard]] at::Tensor all(std::int64_t layer, std::int64_t which) const {
    return memory_.select(0, layer).select(0, which).narrow(kPositions - 2, 0, length_);
  }
  void reserve(std::int64_t length);
  [[nodiscard]] std::int64_t first_difference(std::span<const std::int64_t> sources) const;

  at::Tensor memory_;  // [layers, keys and values, rows, heads, positions, head width]
  std::int64_t length_ = 0;
  std::int64_t appended_ = 0;
  std::int64_t next_write_ = 0;
  // Which write each row's positions come from: equal numbers mean equal keys and values.
  std::vector<std::vector<std::int64_t>> writes_;
};

}  // namespace whisper
