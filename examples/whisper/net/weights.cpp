// SPDX-License-Identifier: Apache-2.0
#include "net/weights.hpp"

#include "net/tensor_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {
namespace {

std::string weight_of(const std::string& layer) { return layer + ".weight"; }
std::string bias_of(const std::string& layer) { return layer + ".bias"; }

// Some rows of a matrix: each takes as many bytes, whatever the element.
StoredTensor rows_of(const StoredTensor& all, std::int64_t first, std::int64_t count) {
  const auto rows = static_cast<std::size_t>(all.shape.at(0));
  const auto begin = static_cast<std::size_t>(first);
  const auto some = static_cast<std::size_t>(count);
  const auto slice = [&](std::span<const std::byte> bytes) {
    return bytes.subspan(begin * (bytes.size() / rows), some * (bytes.size() / rows));
  };
  auto part = all;
  part.shape[0] = count;
  part.bytes = slice(all.bytes);
  if (all.element == Element::int8_rows) part.scales = slice(all.scales);
  return part;
}

}  // namespace

at::Tensor Weights::tensor(const std::string& name, at::ScalarType numbers) const {
  const auto& stored = file_.tensor(name);
  auto read = at::empty(stored.shape, numbers);
  read_tensor(stored, read);
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
  std::int64_t outputs = 0;
  for (const auto& name : names) outputs += file_.tensor(weight_of(name)).shape.at(0);
  const auto inputs = file_.tensor(weight_of(*names.begin())).shape.at(1);
  const bool is_packed =
      arithmetic_.kernel != Kernel::plain && arithmetic_.kernel != Kernel::bfloat16;
  const auto type = is_packed ? at::kFloat : product_type(arithmetic_);
  auto weight = at::empty({outputs, inputs}, type);
  auto bias = at::zeros({outputs}, type);
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
  return Linear::make(weight, bias, arithmetic_, device_);
}

LayerNorm Weights::layer_norm(const std::string& name) const {
  return {tensor(weight_of(name)), tensor(bias_of(name))};
}

}  // namespace whisper
