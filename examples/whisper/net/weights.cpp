// SPDX-License-Identifier: Apache-2.0
#include "net/weights.hpp"

#include "net/large_pages.hpp"
#include "net/tensor_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {
namespace {

std::string weight_of(const std::string& layer) { return layer + ".weight"; }
std::string bias_of(const std::string& layer) { return layer + ".bias"; }

}  // namespace

at::Tensor Weights::tensor(const std::string& name, at::ScalarType numbers) const {
  const auto& stored = file_.tensor(name);
  auto read = empty_weights(stored.shape, numbers);
  read_tensor(stored, read);
  file_.forget(stored);
  return read.to(device_);
}

QuantizedRows Weights::quantized(const std::string& name) const {
  constexpr std::int64_t kRowsAtOnce = 2048;
  const auto& stored = file_.tensor(name);
  const auto rows = stored.shape.at(0);
  QuantizedRows quantized{rows, stored.shape.at(1)};
  const auto some = at::empty({std::min(kRowsAtOnce, rows), stored.shape.at(1)}, at::kFloat);
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    const auto part = some.narrow(0, 0, std::min(kRowsAtOnce, rows - first));
    read_tensor(rows_of(stored, first, part.size(0)), part);
    quantized.put(first, part);
  }
  return quantized;
}

Linear Weights::fused(std::initializer_list<std::string> names) const {
  std::vector<StoredTensor> parts;
  std::int64_t outputs = 0;
  for (const auto& name : names) {
    parts.push_back(file_.tensor(weight_of(name)));
    outputs += parts.back().shape.at(0);
  }
  const auto inputs = parts.front().shape.at(1);
  const auto format = tile_format(arithmetic_.kernel);
  if (format && device_.is_cpu() && TiledLayer::is_possible(*format, inputs)) {
    Linear tiled{TiledLayer{*format, parts, biases(names, at::zeros({outputs}, at::kFloat))}};
    for (const auto& part : parts) file_.forget(part);
    return tiled;
  }
  const bool is_packed =
      arithmetic_.kernel != Kernel::plain && arithmetic_.kernel != Kernel::bfloat16;
  const auto type = is_packed ? at::kFloat : product_type(arithmetic_);
  auto weight = empty_weights({outputs, inputs}, type);
  std::int64_t row = 0;
  for (const auto& part : parts) {
    read_tensor(part, weight.narrow(0, row, part.shape.at(0)));
    row += part.shape.at(0);
    file_.forget(part);
  }
  return Linear::make(weight, biases(names, at::zeros({outputs}, type)), arithmetic_, device_);
}

at::Tensor Weights::biases(std::initializer_list<std::string> names, at::Tensor to) const {
  std::int64_t row = 0;
  for (const auto& name : names) {
    const auto count = file_.tensor(weight_of(name)).shape.at(0);
    const auto found = file_.tensors.find(bias_of(name));
    if (found != file_.tensors.end()) read_tensor(found->second, to.narrow(0, row, count));
    row += count;
  }
  return to;
}

LayerNorm Weights::layer_norm(const std::string& name) const {
  return {tensor(weight_of(name)), tensor(bias_of(name))};
}

}  // namespace whisper
