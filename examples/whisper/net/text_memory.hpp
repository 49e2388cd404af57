// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/step_kernels.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace whisper {

/// What self-attention remembers of each row of a run, for the kernels of a step: the keys and
/// values of all layers in float16. Each token of each row is kept once, wherever; a row is a list
/// of places. So rows part, and take each other's place, without copies of keys and values.
///
/// Ownership: owns its memory, which grows by pieces that never move.
/// Threads: confined, but places may be written side by side.
/// Errors: none.
class TextMemory {
 public:
  TextMemory(std::size_t layers, std::size_t heads, std::size_t rows)
      : layers_(layers), heads_(heads), rows_(rows) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
  /// How many tokens each row has.
  [[nodiscard]] std::size_t length() const noexcept { return rows_.front().size(); }

  /// Gives each row places for `count` tokens more.
  void extend(std::size_t count);
  /// The places of a row's tokens.
  [[nodiscard]] std::span<Half* const> row(std::size_t index) const { return rows_[index]; }
  /// Where a head's keys and values stand, seen from a token's place.
  [[nodiscard]] std::size_t keys(std::size_t layer, std::size_t head) const {
    return (2 * layer * heads_ + head) * kTokens * StepKernels::kOutputs;
  }
  [[nodiscard]] std::size_t values(std::size_t layer, std::size_t head) const {
    return keys(layer, head) + heads_ * kTokens * StepKernels::kOutputs;
  }

  /// From now on row i is what row `sources[i]` was; there may be more or fewer rows than before.
  void select(std::span<const std::size_t> sources);

 private:
  static constexpr std::size_t kTokens = 64;  // of a piece

  [[nodiscard]] Half* next_place();

  std::size_t layers_;
  std::size_t heads_;
  std::size_t used_ = kTokens;                   // of the last piece
  std::vector<std::unique_ptr<Half[]>> pieces_;  // [layers][keys and values][heads][kTokens][width]
  std::vector<std::vector<Half*>> rows_;
  std::vector<std::vector<Half*>> before_;  // whose room the next selection takes
};

}  // namespace whisper
