// SPDX-License-Identifier: Apache-2.0
#include "net/torch_network.hpp"

namespace whisper {
namespace {

// The numbers of a transformer: what its linear layers have, and all others.
struct Numbers {
  std::size_t linear = 0;
  std::size_t other = 0;
};

Numbers numbers_of(const Dimensions& dimensions) {
  const auto audio = static_cast<std::size_t>(dimensions.audio_width);
  const auto text = static_cast<std::size_t>(dimensions.text_width);
  const auto audio_layers = static_cast<std::size_t>(dimensions.audio_layers);
  const auto text_layers = static_cast<std::size_t>(dimensions.text_layers);
  const auto mels = static_cast<std::size_t>(dimensions.mels);
  Numbers numbers;
  // Attention has 4 squares, of which the cross attention of the decoder has 4 more; the two layers
  // in between have 4 each.
  numbers.linear = audio_layers * 12 * audio * audio + text_layers * 16 * text * text +
                   static_cast<std::size_t>(dimensions.vocabulary) * text;
  // Biases and norms; convolutions of 3 columns; positions.
  numbers.other = audio_layers * 13 * audio + text_layers * 19 * text + 3 * audio * (mels + audio) +
                  4 * audio + 2 * text +
                  static_cast<std::size_t>(dimensions.audio_context) * audio +
                  static_cast<std::size_t>(dimensions.text_context) * text;
  return numbers;
}

}  // namespace

std::size_t network_bytes(const Dimensions& dimensions, ComputeType type) {
  const auto [linear, other] = numbers_of(dimensions);
  switch (type) {
    case ComputeType::float16:
    case ComputeType::bfloat16: return 2 * (linear + other);
    case ComputeType::int8: return linear + 4 * other;
    default: return 4 * (linear + other);
  }
}

}  // namespace whisper
