// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/packed_inputs.hpp"
#include "net/placement.hpp"
#include "net/step_kernels.hpp"
#include "net/tiled_layer.hpp"
#include "net/weights.hpp"

#include <string>
#include <vector>

namespace whisper {

/// Whether a layer has one.
enum class Bias { no, yes };

/// Rows of inputs for the layers of a step: float32, or packed for those in int8.
struct StepInputs {
  const float* rows = nullptr;
  InputRows packed = {};
};

/// Where inputs stand once they were read.
///
/// Ownership: owns its memory.
/// Threads: confined.
/// Errors: std::bad_alloc, unless there is room already.
struct StepRoom {
  std::vector<float> normal = {};
  PackedInputs packed = {};
};

/// A linear layer in float16 or int8, packed for the kernels of a step.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
class StepLayer {
 public:
  StepLayer() = default;
  /// NAME.weight and, unless it has none, NAME.bias; outputs are a multiple of a block.
  StepLayer(const Weights& weights, const std::string& name, Bias bias = Bias::yes);

  [[nodiscard]] std::size_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

  /// Rows of inputs, normalised first if there is a `norm`, for this layer and all of its kind that
  /// have as many; valid until `room` is used again.
  [[nodiscard]] StepInputs read(const float* x, std::size_t rows, const LayerNorm* norm,
                                StepRoom& room) const;
  /// Makes room for that.
  void reserve(std::size_t rows, const LayerNorm* norm, StepRoom& room) const;
  /// The block's outputs of rows `first` to `first + rows`.
  void multiply(std::size_t block, const StepInputs& x, std::size_t first, std::size_t rows,
                const OutputRows& to) const;

 private:
  void pack_halves(const StoredTensor& stored);

  TiledLayer tiled_;    // in int8
  at::Tensor numbers_;  // or in float16, with their bias
  at::Tensor bias_;
  std::size_t inputs_ = 0;
  std::size_t blocks_ = 0;
};

}  // namespace whisper
