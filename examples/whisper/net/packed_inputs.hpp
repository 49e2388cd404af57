// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/layer_norm.hpp"
#include "net/layer_tiles.hpp"

#include <vector>

namespace whisper {

/// Rows of inputs as a layer's tiles want them.
///
/// Ownership: owns its memory, which it keeps for the next rows.
/// Threads: confined.
/// Errors: std::bad_alloc, unless there is room already.
class PackedInputs {
 public:
  /// Makes room for so many rows of so many numbers.
  void reserve(std::size_t rows, std::size_t columns);

  /// Packs rows, normalised first if there is a `norm`; valid until the next call.
  [[nodiscard]] InputRows read(const LayerTiles& tiles, const float* x, std::size_t rows,
                               std::size_t columns, const LayerNorm* norm);

 private:
  std::vector<std::byte> numbers_;
  std::vector<float> normalized_;
  std::vector<float> steps_;
  std::vector<std::int32_t> zeros_;
};

}  // namespace whisper
