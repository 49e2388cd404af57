// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_file.hpp"
#include "net/aten.hpp"
#include "net/layer_norm.hpp"
#include "net/linear.hpp"
#include "net/placement.hpp"
#include "net/quantized_rows.hpp"

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
  Weights(const ModelFile& file, Arithmetic arithmetic, c10::Device device = c10::kCPU)
      : file_(file), arithmetic_(arithmetic), device_(device) {}

  /// The same for the feed-forwards in the second half of the blocks.
  [[nodiscard]] Weights late() const {
    auto arithmetic = arithmetic_;
    arithmetic.kernel = arithmetic.late.value_or(arithmetic.kernel);
    return {file_, arithmetic, device_};
  }

  [[nodiscard]] const Dimensions& dimensions() const noexcept { return file_.dimensions; }
  [[nodiscard]] const Arithmetic& arithmetic() const noexcept { return arithmetic_; }
  /// Of what flows between the layers.
  [[nodiscard]] at::TensorOptions options() const {
    return at::TensorOptions{}.dtype(arithmetic_.flow).device(device_);
  }

  /// The tensor in the numbers that flow between the layers, on the device; or in others.
  [[nodiscard]] at::Tensor tensor(const std::string& name) const {
    return tensor(name, arithmetic_.flow);
  }
  [[nodiscard]] at::Tensor tensor(const std::string& name, at::ScalarType numbers) const;
  /// As it is stored, for who packs it in another way; and what is done once it was read.
  [[nodiscard]] const StoredTensor& stored(const std::string& name) const {
    return file_.tensor(name);
  }
  void forget(const StoredTensor& tensor) const noexcept { file_.forget(tensor); }
  /// A matrix in int8, made without a copy of the whole in larger numbers.
  [[nodiscard]] QuantizedRows quantized(const std::string& name) const;

  /// NAME.weight and, if there is one, NAME.bias.
  [[nodiscard]] Linear linear(const std::string& name) const { return fused({name}); }
  /// Layers that read the same input as one: their outputs stand one after the other. Those without
  /// bias get zeros.
  [[nodiscard]] Linear fused(std::initializer_list<std::string> names) const;
  /// NAME.weight and NAME.bias.
  [[nodiscard]] LayerNorm layer_norm(const std::string& name) const;

 private:
  // Puts NAME.bias of each, one after the other, where there is one.
  [[nodiscard]] at::Tensor biases(std::initializer_list<std::string> names, at::Tensor to) const;

  const ModelFile& file_;
  Arithmetic arithmetic_;
  c10::Device device_;
};

}  // namespace whisper
