// SPDX-License-Identifier: Apache-2.0
#include "net/support/toy_model.hpp"

#include <cmath>
#include <random>
#include <utility>

namespace whisper::testing {
namespace {

constexpr Dimensions kDimensions{.mels = 4,
                                 .audio_context = 10,
                                 .audio_width = 64,
                                 .audio_heads = 2,
                                 .audio_layers = 2,
                                 .vocabulary = 50,
                                 .text_context = 80,
                                 .text_width = 64,
                                 .text_heads = 2,
                                 .text_layers = 2};

using NumbersByName = std::map<std::string, std::vector<float>>;

class ToyMemory final : public ModelMemory {
 public:
  explicit ToyMemory(std::shared_ptr<const NumbersByName> numbers) : numbers_(std::move(numbers)) {}
  // It is from no file.
  void read_ahead() const noexcept override {}
  void forget(std::span<const std::byte> /*bytes*/) const noexcept override {}

 private:
  std::shared_ptr<const NumbersByName> numbers_;
};

class ToyWriter {
 public:
  void linear(const std::string& name, std::int64_t out, std::int64_t in) {
    add(name + ".weight", {out, in}, 1 / std::sqrt(static_cast<float>(in)));
    if (!name.ends_with("key")) add(name + ".bias", {out}, 0.1F);
  }
  void norm(const std::string& name, std::int64_t width) {
    add(name + ".weight", {width}, 0.2F, 1);
    add(name + ".bias", {width}, 0.1F);
  }
  void attention(const std::string& name, std::int64_t width) {
    for (const auto* part : {".query", ".key", ".value", ".out"}) linear(name + part, width, width);
    norm(name + "_ln", width);
  }
  void block(const std::string& name, std::int64_t width) {
    attention(name + ".attn", width);
    norm(name + ".mlp_ln", width);
    linear(name + ".mlp.0", 4 * width, width);
    linear(name + ".mlp.2", width, 4 * width);
  }
  void add(const std::string& name, std::vector<std::int64_t> shape, float deviation,
           float mean = 0) {
    StoredTensor tensor{.shape = std::move(shape)};
    std::normal_distribution<float> draw{mean, deviation};
    auto& values = (*numbers)[name];
    for (std::int64_t i = 0; i < tensor.count(); ++i) values.push_back(draw(random_));
    tensor.bytes = std::as_bytes(std::span{values});
    file.tensors[name] = tensor;
  }

  ModelFile file{.dimensions = kDimensions};
  std::shared_ptr<NumbersByName> numbers = std::make_shared<NumbersByName>();

 private:
  std::mt19937 random_{7};
};

ModelFile make() {
  ToyWriter toy;
  const std::int64_t width = kDimensions.audio_width;
  toy.add("encoder.conv1.weight", {width, kDimensions.mels, 3}, 0.3F);
  toy.add("encoder.conv1.bias", {width}, 0.1F);
  toy.add("encoder.conv2.weight", {width, width, 3}, 0.1F);
  toy.add("encoder.conv2.bias", {width}, 0.1F);
  toy.add("encoder.positional_embedding", {kDimensions.audio_context, width}, 0.5F);
  toy.norm("encoder.ln_post", width);
  toy.add("decoder.token_embedding.weight", {kDimensions.vocabulary, width}, 0.3F);
  toy.add("decoder.positional_embedding", {kDimensions.text_context, width}, 0.3F);
  toy.norm("decoder.ln", width);
  for (const auto* layer : {"0", "1"}) {
    toy.block(std::string{"encoder.blocks."} + layer, width);
    toy.block(std::string{"decoder.blocks."} + layer, width);
    toy.attention(std::string{"decoder.blocks."} + layer + ".cross_attn", width);
  }
  toy.file.memory = std::make_shared<ToyMemory>(toy.numbers);
  return toy.file;
}

}  // namespace

const ModelFile& toy_model() {
  static const ModelFile model = make();
  return model;
}

std::vector<float> toy_weights(const std::string& name) {
  const auto& tensor = toy_model().tensor(name);
  std::vector<float> numbers(static_cast<std::size_t>(tensor.count()));
  copy_as_float32(tensor, numbers);
  return numbers;
}

MelWindow toy_window(unsigned seed) {
  MelWindow window{.mels = kDimensions.mels, .frames = 2 * kDimensions.audio_context};
  std::mt19937 random{seed};
  std::normal_distribution<float> draw;
  window.values.resize(static_cast<std::size_t>(window.mels * window.frames));
  for (auto& value : window.values) value = draw(random);
  return window;
}

}  // namespace whisper::testing
