// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/placement.hpp"
#include "net/step_kernels.hpp"
#include "net/weights.hpp"

#include <string>

namespace whisper {

/// Whether a layer has one.
enum class Bias { no, yes };

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

  /// The block's outputs of each of these rows.
  void multiply(std::size_t block, const float* x, std::size_t rows, Product product, float* to,
                std::size_t to_stride) const;

 private:
  void put_block(std::int64_t block, const Half* rows);

  at::Tensor numbers_;  // float16, or int8 where there are scales
  at::Tensor scales_;   // of each output
  at::Tensor bias_;
  std::size_t inputs_ = 0;
  std::size_t blocks_ = 0;
};

}  // namespace whisper
