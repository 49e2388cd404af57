// SPDX-License-Identifier: Apache-2.0
#include "audio/silero_weights.hpp"

#include "audio/silero_shape.hpp"
#include "model/format_error.hpp"
#include "model/mapped_file.hpp"
#include "model/model_tensors.hpp"
#include "model/safetensors_file.hpp"
#include "model/stored_tensor.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace whisper {

namespace {

/// Ownership: owns the open file.
/// Threads: confined.
/// Errors: clams::Error invalid_input naming the file and the tensor.
class SileroFile {
 public:
  explicit SileroFile(const std::filesystem::path& path) : file_(path) {
    read_safetensors(file_.bytes(), path.string(), tensors_);
  }

  [[nodiscard]] std::vector<float> numbers(const std::string& name,
                                           const std::vector<std::int64_t>& shape) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end() || found->second.shape != shape) {
      throw format_error(file_.path().string(),
                         "it is not silero-vad's network for 16 kHz: tensor " + name +
                             (found == tensors_.end() ? " is missing" : " has another shape"));
    }
    std::vector<float> values(static_cast<std::size_t>(found->second.count()));
    copy_as_float32(found->second, values);
    return values;
  }

  /// A layer with a bias, or without if `bias` is empty.
  [[nodiscard]] SileroLayer layer(const std::string& name, const std::string& bias,
                                  std::int64_t outputs, std::int64_t inputs) const {
    SileroLayer made;
    made.weights = {numbers(name, {outputs, inputs}), static_cast<std::size_t>(outputs),
                    static_cast<std::size_t>(inputs)};
    if (!bias.empty()) made.bias = numbers(bias, {outputs});
    made.bias.resize(made.weights.padded_rows(), 0.0F);
    return made;
  }

  /// A convolution's weights, with each output's inputs in the order of time and not of channels.
  [[nodiscard]] SileroLayer convolution(const std::string& name, std::size_t outputs,
                                        std::size_t inputs) const {
    const auto stored = numbers(name + ".weight", {static_cast<std::int64_t>(outputs),
                                                   static_cast<std::int64_t>(inputs), 3});
    std::vector<float> ordered(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const auto output = i / (inputs * 3);
      const auto input = i / 3 % inputs;
      ordered[(output * 3 + i % 3) * inputs + input] = stored[i];
    }
    SileroLayer made;
    made.weights = {ordered, outputs, inputs * 3};
    made.bias = numbers(name + ".bias", {static_cast<std::int64_t>(outputs)});
    made.bias.resize(made.weights.padded_rows(), 0.0F);
    return made;
  }

 private:
  MappedFile file_;
  TensorMap tensors_;
};

}  // namespace

SileroWeights read_silero_weights(const std::filesystem::path& path) {
  const SileroFile file{path};
  SileroWeights weights;
  constexpr std::int64_t kWidth = kSileroWidth;
  weights.spectrum.weights = {file.numbers("stft_conv.weight", {2 * kSileroBins, 1, kSileroFrame}),
                              2 * kSileroBins, kSileroFrame};
  weights.spectrum.bias.resize(weights.spectrum.weights.padded_rows(), 0.0F);
  for (const auto& shape : kSileroConvolutions) {
    weights.convolutions.push_back(file.convolution(shape.name, shape.outputs, shape.inputs));
  }
  weights.input = file.layer("lstm_cell.weight_ih", "lstm_cell.bias_ih", 4 * kWidth, kWidth);
  weights.memory = file.layer("lstm_cell.weight_hh", "", 4 * kWidth, kWidth);
  const auto more = file.numbers("lstm_cell.bias_hh", {4 * kWidth});
  for (std::size_t i = 0; i < more.size(); ++i) weights.input.bias[i] += more[i];
  weights.last = file.numbers("final_conv.weight", {1, kWidth, 1});
  weights.last_bias = file.numbers("final_conv.bias", {1})[0];
  return weights;
}

}  // namespace whisper
