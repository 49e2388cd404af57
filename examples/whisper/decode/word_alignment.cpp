// SPDX-License-Identifier: Apache-2.0
#include "decode/word_alignment.hpp"

#include "decode/attention_path.hpp"
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace whisper {

namespace {

constexpr double kPositionsPerSecond = 50;
constexpr std::size_t kFramesPerPosition = 2;

void check(const CrossAttention& attention, std::span<const WordTokens> words) {
  const std::size_t text = attention.token_probabilities.size();
  std::size_t spelled = 0;
  for (const auto& word : words) spelled += word.tokens.size();
  const std::size_t scores = attention.heads * attention.tokens * attention.positions;
  if (spelled == text && attention.tokens >= text + 2 && scores > 0 &&
      attention.scores.size() == scores) {
    return;
  }
  throw clams::Error(
      clams::ErrorCode::internal,
      fmt::format("the words have {} tokens, the attention {} of text; it has {} heads with {} "
                  "tokens and {} positions each, and {} scores",
                  spelled, text, attention.heads, attention.tokens, attention.positions,
                  attention.scores.size()));
}

AttentionMap head_map(const CrossAttention& attention, std::size_t head, std::size_t positions) {
  AttentionMap map{attention.tokens, positions, std::vector<float>(attention.tokens * positions)};
  const float* from = attention.scores.data() + head * attention.tokens * attention.positions;
  for (std::size_t token = 0; token < attention.tokens; ++token) {
    std::copy_n(from + token * attention.positions, positions, map.row(token).begin());
  }
  return map;
}

// A row for each token after which a text token or the end comes: it looks where that one is said.
AttentionMap mean_map(const CrossAttention& attention, std::size_t positions) {
  const std::size_t rows = attention.token_probabilities.size() + 1;
  const std::size_t first = attention.tokens - rows - 1;
  AttentionMap mean{rows, positions, std::vector<float>(rows * positions, 0)};
  for (std::size_t head = 0; head < attention.heads; ++head) {
    auto map = head_map(attention, head, positions);
    soften_rows(map);
    standardize_columns(map);
    for (std::size_t r = 0; r < rows; ++r) add_median_filtered(map.row(first + r), mean.row(r));
  }
  for (float& value : mean.values) value /= static_cast<float>(attention.heads);
  return mean;
}

double mean_of(std::span<const float> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

std::vector<AlignedWord> align_words(const CrossAttention& attention,
                                     std::span<const WordTokens> words,
                                     std::size_t content_frames) {
  if (words.empty()) return {};
  check(attention, words);
  const std::size_t positions =
      std::clamp<std::size_t>(content_frames / kFramesPerPosition, 1, attention.positions);
  const auto starts = path_starts(mean_map(attention, positions));
  const auto time_of = [&](std::size_t token) {
    return static_cast<double>(starts[token]) / kPositionsPerSecond;
  };
  std::vector<AlignedWord> aligned;
  std::size_t token = 0;
  for (const auto& word : words) {
    const std::size_t count = word.tokens.size();
    const auto probabilities = std::span(attention.token_probabilities).subspan(token, count);
    aligned.push_back({.word = word.word,
                       .tokens = word.tokens,
                       .start = time_of(token),
                       .end = time_of(token + count),
                       .probability = mean_of(probabilities)});
    token += count;
  }
  return aligned;
}

}  // namespace whisper
