// SPDX-License-Identifier: Apache-2.0
#include "audio/silero_weights.hpp"

#include "audio/onnx_file.hpp"
#include "audio/silero_shape.hpp"
#include "model/format_error.hpp"
#include "model/mapped_file.hpp"
#include "model/model_tensors.hpp"
#include "model/safetensors_file.hpp"
#include "model/stored_tensor.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace whisper {

namespace {

using Shape = std::vector<std::int64_t>;
using Numbers = std::vector<float>;

constexpr std::int64_t kWidth = kSileroWidth;
constexpr std::int64_t kGates = 4 * kWidth;

/// The tensors of the network for 16 kHz. Their names differ from file to file; their shapes do
/// not.
///
/// Ownership: owns the open file.
/// Threads: confined.
/// Errors: clams::Error invalid_input naming the file and the tensor.
class SileroFile {
 public:
  explicit SileroFile(const std::filesystem::path& path) : file_(path) {
    if (looks_like_safetensors(file_.bytes())) {
      read_safetensors(file_.bytes(), path.string(), tensors_);
    } else if (looks_like_onnx(file_.bytes())) {
      for (auto& graph : read_onnx_tensors(file_.bytes(), path.string())) {
        if (has_shape(graph, {2 * kSileroBins, 1, kSileroFrame})) tensors_ = std::move(graph);
      }
    } else {
      throw format_error(path.string(), "it is neither a safetensors file nor an ONNX model");
    }
  }

  /// The first tensors of this shape, in the order of their names.
  [[nodiscard]] std::vector<std::string> named(const Shape& shape, std::size_t count = 1) const {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors_) {
      if (tensor.shape == shape && names.size() < count) names.push_back(name);
    }
    if (names.size() < count) refuse("tensor of shape " + shape_text(shape));
    return names;
  }

  [[nodiscard]] Numbers numbers(const std::string& name, std::int64_t count) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end() || found->second.count() != count) {
      refuse("tensor " + name + " of " + std::to_string(count) + " numbers");
    }
    Numbers values(static_cast<std::size_t>(count));
    copy_as_float32(found->second, values);
    return values;
  }

  [[nodiscard]] Numbers numbers(const Shape& shape) const {
    return numbers(named(shape)[0], StoredTensor{.shape = shape}.count());
  }

  /// The bias that belongs to the weights of this shape.
  [[nodiscard]] Numbers bias(const Shape& shape) const {
    auto name = named(shape)[0];
    const std::string ending = "weight";
    if (name.ends_with(ending)) name.replace(name.size() - ending.size(), ending.size(), "bias");
    return numbers(name, shape[0]);
  }

  /// The name of the tensor that ends so, or nothing.
  [[nodiscard]] std::string ending_with(const std::string& ending) const {
    for (const auto& [name, tensor] : tensors_) {
      if (name.ends_with(ending)) return name;
    }
    return {};
  }

 private:
  [[nodiscard]] static bool has_shape(const TensorMap& tensors, const Shape& shape) {
    return std::any_of(tensors.begin(), tensors.end(),
                       [&](const auto& entry) { return entry.second.shape == shape; });
  }

  [[noreturn]] void refuse(const std::string& missing) const {
    throw format_error(file_.path().string(),
                       "it is not silero-vad's network for 16 kHz: it has no " + missing);
  }

  MappedFile file_;
  TensorMap tensors_;
};

SileroLayer make_layer(const Numbers& weights, Numbers bias, std::size_t outputs) {
  SileroLayer layer;
  layer.weights = {weights, outputs, weights.size() / outputs};
  layer.bias = std::move(bias);
  layer.bias.resize(layer.weights.padded_rows(), 0.0F);
  return layer;
}

/// Each output's weights in the order of time, and not of channels.
Numbers in_order_of_time(const Numbers& stored, std::size_t inputs) {
  Numbers ordered(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto output = i / (inputs * 3);
    ordered[(output * 3 + i % 3) * inputs + i / 3 % inputs] = stored[i];
  }
  return ordered;
}

/// ONNX has the gates in the order input, output, forget, cell; PyTorch has the output last.
Numbers in_order_of_pytorch(const Numbers& stored) {
  const auto gate = static_cast<std::ptrdiff_t>(stored.size() / 4);
  auto ordered = stored;
  std::rotate(ordered.begin() + gate, ordered.begin() + 2 * gate, ordered.end());
  return ordered;
}

/// The recurrent cell of an ONNX model that has it as one operator.
void read_onnx_cell(const SileroFile& file, SileroWeights& weights) {
  const auto names = file.named({1, kGates, kWidth}, 2);  // of the input's, then the memory's
  const auto both = file.numbers(Shape{1, 2 * kGates});
  Numbers bias(both.begin(), both.begin() + kGates);
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += both[i + kGates];
  weights.input = make_layer(in_order_of_pytorch(file.numbers(names[0], kGates * kWidth)),
                             in_order_of_pytorch(bias), kGates);
  weights.memory =
      make_layer(in_order_of_pytorch(file.numbers(names[1], kGates * kWidth)), {}, kGates);
}

void read_cell(const SileroFile& file, SileroWeights& weights) {
  const auto input = file.ending_with("weight_ih");
  if (input.empty()) {
    read_onnx_cell(file, weights);
    return;
  }
  auto bias = file.numbers(file.ending_with("bias_ih"), kGates);
  const auto more = file.numbers(file.ending_with("bias_hh"), kGates);
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += more[i];
  weights.input = make_layer(file.numbers(input, kGates * kWidth), std::move(bias), kGates);
  weights.memory =
      make_layer(file.numbers(file.ending_with("weight_hh"), kGates * kWidth), {}, kGates);
}

}  // namespace

SileroWeights read_silero_weights(const std::filesystem::path& path) {
  const SileroFile file{path};
  SileroWeights weights;
  weights.spectrum =
      make_layer(file.numbers(Shape{2 * kSileroBins, 1, kSileroFrame}), {}, 2 * kSileroBins);
  for (const auto& [outputs, inputs, stride] : kSileroConvolutions) {
    const Shape shape{static_cast<std::int64_t>(outputs), static_cast<std::int64_t>(inputs), 3};
    weights.convolutions.push_back(
        make_layer(in_order_of_time(file.numbers(shape), inputs), file.bias(shape), outputs));
  }
  read_cell(file, weights);
  const Shape last{1, kWidth, 1};
  weights.last = file.numbers(last);
  weights.last_bias = file.bias(last)[0];
  return weights;
}

}  // namespace whisper
