// SPDX-License-Identifier: Apache-2.0
#include "model/model_tensors.hpp"

#include "model/format_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

namespace whisper {

namespace {

using Shape = std::vector<std::int64_t>;

class TensorList {
 public:
  void add(std::string name, Shape shape) { specs_.push_back({std::move(name), std::move(shape)}); }

  void add_with_bias(const std::string& name, Shape shape) {
    add(name + ".bias", {shape.front()});
    add(name + ".weight", std::move(shape));
  }

  void add_attention(const std::string& name, std::int64_t width) {
    add_with_bias(name + "_ln", {width});
    add_with_bias(name + ".query", {width, width});
    add(name + ".key.weight", {width, width});  // a bias would change nothing: it has none
    add_with_bias(name + ".value", {width, width});
    add_with_bias(name + ".out", {width, width});
  }

  void add_mlp(const std::string& name, std::int64_t width) {
    add_with_bias(name + "_ln", {width});
    add_with_bias(name + ".0", {4 * width, width});
    add_with_bias(name + ".2", {width, 4 * width});
  }

  [[nodiscard]] std::vector<TensorSpec> take() { return std::move(specs_); }

 private:
  std::vector<TensorSpec> specs_;
};

struct NamedNumber {
  const char* name;
  int value;
  int least;
  int most;
};

void check_number(const NamedNumber& number, std::string_view file) {
  if (number.value >= number.least && number.value <= number.most) return;
  throw format_error(file, fmt::format("the network would have {} {}, but a Whisper network has "
                                       "from {} to {}",
                                       number.value, number.name, number.least, number.most));
}

// The bytes that a tensor's shape asks for, or none if they are not whole blocks.
std::int64_t bytes_wanted(const StoredTensor& tensor) {
  constexpr std::int64_t kBlock = 32;
  constexpr std::int64_t kBlockBytes = 34;
  switch (tensor.element) {
    case Element::float32: return tensor.count() * 4;
    case Element::int8_rows: return tensor.count();
    case Element::q8_0:
      return tensor.shape.back() % kBlock == 0 ? tensor.count() / kBlock * kBlockBytes : -1;
    default: return tensor.count() * 2;
  }
}

}  // namespace

std::vector<TensorSpec> model_tensors(const Dimensions& dimensions) {
  TensorList list;
  const std::int64_t audio = dimensions.audio_width;
  const std::int64_t text = dimensions.text_width;
  list.add_with_bias("encoder.conv1", {audio, dimensions.mels, 3});
  list.add_with_bias("encoder.conv2", {audio, audio, 3});
  list.add("encoder.positional_embedding", {dimensions.audio_context, audio});
  for (int layer = 0; layer < dimensions.audio_layers; ++layer) {
    const std::string block = fmt::format("encoder.blocks.{}.", layer);
    list.add_attention(block + "attn", audio);
    list.add_mlp(block + "mlp", audio);
  }
  list.add_with_bias("encoder.ln_post", {audio});
  list.add("decoder.token_embedding.weight", {dimensions.vocabulary, text});
  list.add("decoder.positional_embedding", {dimensions.text_context, text});
  for (int layer = 0; layer < dimensions.text_layers; ++layer) {
    const std::string block = fmt::format("decoder.blocks.{}.", layer);
    list.add_attention(block + "attn", text);
    list.add_attention(block + "cross_attn", text);
    list.add_mlp(block + "mlp", text);
  }
  list.add_with_bias("decoder.ln", {text});
  return list.take();
}

void check_dimensions(const Dimensions& dimensions, std::string_view file) {
  constexpr int kWidest = 1 << 16;
  constexpr int kMostLayers = 256;
  const std::array<NamedNumber, 10> numbers{{
      {"mel bands", dimensions.mels, 1, 1024},
      {"encoder positions", dimensions.audio_context, 1, kWidest},
      {"numbers in an encoder state", dimensions.audio_width, 1, kWidest},
      {"encoder heads", dimensions.audio_heads, 1, dimensions.audio_width},
      {"encoder layers", dimensions.audio_layers, 1, kMostLayers},
      {"tokens", dimensions.vocabulary, 51864, 1 << 20},
      {"decoder positions", dimensions.text_context, 1, kWidest},
      {"numbers in a decoder state", dimensions.text_width, 1, kWidest},
      {"decoder heads", dimensions.text_heads, 1, dimensions.text_width},
      {"decoder layers", dimensions.text_layers, 1, kMostLayers},
  }};
  for (const auto& number : numbers) check_number(number, file);
  if (dimensions.audio_width % dimensions.audio_heads != 0 ||
      dimensions.text_width % dimensions.text_heads != 0) {
    throw format_error(file, fmt::format("{} or {} heads do not divide states of {} and {} numbers",
                                         dimensions.audio_heads, dimensions.text_heads,
                                         dimensions.audio_width, dimensions.text_width));
  }
  if (dimensions.audio_width != dimensions.text_width) {
    throw format_error(file, fmt::format("the encoder's states have {} numbers and the decoder's "
                                         "{}; they must be as many",
                                         dimensions.audio_width, dimensions.text_width));
  }
}

void check_tensors(const ModelWeights& weights, std::string_view file) {
  for (const auto& [name, shape] : model_tensors(weights.dimensions)) {
    const auto found = weights.tensors.find(name);
    if (found == weights.tensors.end()) {
      throw format_error(file, fmt::format("there is no tensor {}", name));
    }
    const StoredTensor& tensor = found->second;
    if (tensor.shape != shape) {
      throw format_error(file, fmt::format("tensor {} has shape {}, but the dimensions ask for {}",
                                           name, shape_text(tensor.shape), shape_text(shape)));
    }
    const std::int64_t wanted = bytes_wanted(tensor);
    if (std::cmp_not_equal(tensor.bytes.size(), wanted)) {
      throw format_error(file, fmt::format("tensor {} of shape {} has {} bytes instead of {}", name,
                                           shape_text(shape), tensor.bytes.size(), wanted));
    }
  }
}

std::optional<std::uint64_t> count_numbers(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40U;
  std::int64_t count = 1;
  for (const auto extent : shape) {
    if (extent < 0 || (extent > 0 && count > kMost / extent)) return std::nullopt;
    count *= extent;
  }
  return static_cast<std::uint64_t>(count);
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

}  // namespace whisper
