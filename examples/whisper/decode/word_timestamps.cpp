// SPDX-License-Identifier: Apache-2.0
#include "decode/word_timestamps.hpp"

#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <utility>

namespace whisper {

namespace {

std::vector<AlignmentHead> later_half(const Dimensions& dimensions) {
  std::vector<AlignmentHead> heads;
  for (int layer = dimensions.text_layers / 2; layer < dimensions.text_layers; ++layer) {
    for (int head = 0; head < dimensions.text_heads; ++head) heads.push_back({layer, head});
  }
  return heads;
}

void check_heads(std::span<const AlignmentHead> heads, const Dimensions& dimensions) {
  for (const auto& head : heads) {
    if (head.layer >= 0 && head.layer < dimensions.text_layers && head.head >= 0 &&
        head.head < dimensions.text_heads) {
      continue;
    }
    throw clams::Error(
        clams::ErrorCode::invalid_parameter,
        fmt::format("there is no alignment head {} in layer {}; the model has {} layers with {} "
                    "heads each",
                    head.head, head.layer, dimensions.text_layers, dimensions.text_heads));
  }
}

}  // namespace

WordTimestamper::WordTimestamper(const Network& network, const Tokenizer& tokenizer,
                                 std::vector<AlignmentHead> heads)
    : network_(network), tokenizer_(tokenizer), heads_(std::move(heads)) {
  if (heads_.empty()) heads_ = later_half(network.dimensions());
  check_heads(heads_, network.dimensions());
}

void WordTimestamper::add_words(std::span<Segment> segments, const AudioFeatures& features,
                                const WordWindow& window) const {
  const int end_of_text = tokenizer_.special().end_of_text;
  std::vector<int> text;
  for (const auto& segment : segments) {
    for (const int token : segment.tokens) {
      if (token < end_of_text) text.push_back(token);
    }
  }
  std::vector<AlignedWord> words;
  if (!text.empty()) {
    auto start = tokenizer_.start_sequence(window.language, window.task);
    start.push_back(tokenizer_.special().no_timestamps);
    const auto attention = network_.cross_attention(features, {.window = window.index,
                                                               .start = start,
                                                               .text = text,
                                                               .end_of_text = end_of_text,
                                                               .heads = heads_});
    const auto spelled = tokenizer_.split_to_words(text, window.language);
    words = align_words(attention, spelled, window.frames);
  }
  place_words(segments, std::move(words), window, end_of_text);
}

}  // namespace whisper
