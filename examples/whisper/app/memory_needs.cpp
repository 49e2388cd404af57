// SPDX-License-Identifier: Apache-2.0
#include "app/memory_needs.hpp"

#include <cstdint>

namespace whisper {

namespace {

std::int64_t element_bytes(ComputeType type) {
  constexpr std::int64_t kHalf = 2;
  constexpr std::int64_t kSingle = 4;
  return type == ComputeType::float16 || type == ComputeType::bfloat16 ? kHalf : kSingle;
}

// Input, normalised input, query, key, value, attention, its projection, and the hidden layer of
// four times the width with its activation; and the scores of one layer's attention where no fused
// kernel spares them.
std::int64_t encoder_numbers(const Dimensions& sizes) {
  constexpr std::int64_t kWidths = 16;
  const std::int64_t positions = sizes.audio_context;
  return positions * sizes.audio_width * kWidths +
         std::int64_t{sizes.audio_heads} * positions * positions;
}

std::int64_t decoder_numbers(const Dimensions& sizes, int rows) {
  const std::int64_t per_position = std::int64_t{2} * sizes.text_layers * sizes.text_width;
  return per_position * (std::int64_t{sizes.text_context} * rows + sizes.audio_context);
}

}  // namespace

clams::Bytes working_bytes(const WorkSize& size) {
  constexpr std::int64_t kScores = 3;  // as they come, as float32, and sorted
  constexpr std::int64_t kFloat = 4;
  constexpr std::int64_t kWorkspace = 64LL << 20U;  // of the matrix libraries
  const Dimensions& sizes = size.dimensions;
  const std::int64_t numbers = encoder_numbers(sizes) + decoder_numbers(sizes, size.rows);
  const std::int64_t scores = std::int64_t{sizes.vocabulary} * size.rows * kScores * kFloat;
  const std::int64_t per_window = numbers * element_bytes(size.compute_type) + scores;
  return clams::Bytes{kWorkspace + per_window * size.windows};
}

}  // namespace whisper
