// SPDX-License-Identifier: Apache-2.0
#include "net/weights.hpp"

#include "net/tensor_reader.hpp"

#include <utility>
#include <vector>

namespace whisper {
namespace {

std::string weight_of(const std::string& layer) { return layer + ".weight"; }
std::string bias_of(const std::string& layer) { return layer + ".bias"; }

}  // namespace

at::Tensor Weights::tensor(const std::string& name) const {
  const auto& stored = file_.tensor(name);
  auto read = at::empty(stored.shape, placement_.options().device(c10::kCPU));
  read_tensor(stored, read);
  return read.to(placement_.device);
}

Linear Weights::linear(const std::string& name) const {
  const bool has_bias = file_.tensors.contains(bias_of(name));
  return {tensor(weight_of(name)), has_bias ? tensor(bias_of(name)) : at::Tensor{}, placement_};
}

Linear Weights::fused(std::initializer_list<std::string> names) const {
  std::int64_t outputs = 0;
  for (const auto& name : names) outputs += file_.tensor(weight_of(name)).shape.at(0);
  const auto inputs = file_.tensor(weight_of(*names.begin())).shape.at(1);
  const auto options = placement_.options().device(c10::kCPU);
  auto weight = at::empty({outputs, inputs}, options);
  auto bias = at::zeros({outputs}, options);
  std::int64_t row = 0;
  for (const auto& name : names) {
    const auto& stored = file_.tensor(weight_of(name));
    read_tensor(stored, weight.narrow(0, row, stored.shape.at(0)));
    const auto found = file_.tensors.find(bias_of(name));
    if (found != file_.tensors.end()) {
      read_tensor(found->second, bias.narrow(0, row, stored.shape.at(0)));
    }
    row += stored.shape.at(0);
  }
  return {weight.to(placement_.device), bias.to(placement_.device), placement_};
}

LayerNorm Weights::layer_norm(const std::string& name) const {
  return {tensor(weight_of(name)), tensor(bias_of(name))};
}

}  // namespace whisper
