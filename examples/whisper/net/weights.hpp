// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_file.hpp"
#include "net/aten.hpp"
#include "net/layer_norm.hpp"
#include "net/linear.hpp"
#include "net/placement.hpp"

#include <initializer_list>
#include <string>

namespace whisper {

/// Makes a network's parts from what a model's file stores.
///
/// Ownership: borrows the file; what it makes does not need it.
/// Threads: immutable.
/// Errors: clams::Error invalid_input if the file lacks the tensor.
class Weights {
 public:
  Weights(const ModelFile& file, Placement placement) : file_(file), placement_(placement) {}

  [[nodiscard]] const Dimensions& dimensions() const noexcept { return file_.dimensions; }
  [[nodiscard]] const Placement& placement() const noexcept { return placement_; }

  /// The tensor in the placement's numbers, on its device.
  [[nodiscard]] at::Tensor tensor(const std::string& name) const;

  /// NAME.weight and, if there is one, NAME.bias.
  [[nodiscard]] Linear linear(const std::string& name) const;
  /// Layers that read the same input as one: their outputs stand one after the other. Those without
  /// bias get zeros.
  [[nodiscard]] Linear fused(std::initializer_list<std::string> names) const;
  /// NAME.weight and NAME.bias.
  [[nodiscard]] LayerNorm layer_norm(const std::string& name) const;

 private:
  const ModelFile& file_;
  Placement placement_;
};

}  // namespace whisper
