// SPDX-License-Identifier: Apache-2.0
#include "net/alignment.hpp"

#include "net/attention.hpp"
#include "net/step_pass.hpp"
#include "net/tokens.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace whisper {
namespace {

std::vector<int> tokens_of(const AlignmentQuestion& question, int text_context) {
  std::vector<int> tokens{question.start.begin(), question.start.end()};
  tokens.insert(tokens.end(), question.text.begin(), question.text.end());
  tokens.push_back(question.end_of_text);
  if (std::ssize(tokens) > text_context) {
    throw clams::Error(clams::ErrorCode::invalid_input,
                       "the text to align is too long: the network reads " +
                           std::to_string(text_context) + " tokens at most, and this is " +
                           std::to_string(tokens.size()));
  }
  return tokens;
}

std::vector<CrossKeyValues> one_window(const TorchFeatures& features, std::size_t window) {
  if (window >= features.windows()) {
    throw clams::Error(clams::ErrorCode::internal, "there is no window to align with");
  }
  const auto index = static_cast<std::int64_t>(window);
  std::vector<CrossKeyValues> layers;
  for (const auto& layer : features.layers()) {
    layers.push_back(layer.with(layer.windows.narrow(0, index, 1)));
  }
  return layers;
}

// q k^T / sqrt(head width), with both factors scaled alike.
std::vector<float> scores_of(std::span<const AlignmentHead> heads,
                             const std::vector<at::Tensor>& queries,
                             const std::vector<CrossKeyValues>& audio) {
  std::vector<at::Tensor> scores;
  for (const auto& [layer, head] : heads) {
    const auto query = queries.at(static_cast<std::size_t>(layer)).select(0, 0).select(0, head);
    const auto key = audio.at(static_cast<std::size_t>(layer)).keys_of(0, head);
    const auto scale = std::pow(static_cast<double>(key.size(1)), -0.25);
    scores.push_back(at::mm(query.to(at::kFloat).mul(scale), key.mul(scale).t()));
  }
  if (scores.empty()) return {};
  const auto all = at::stack(scores).cpu().contiguous();
  return {all.data_ptr<float>(), all.data_ptr<float>() + all.numel()};
}

// The probability of each text token among the text tokens, given those before it. A few tokens at
// a time, because each has a score for the whole vocabulary.
std::vector<float> probabilities_of(const Decoder& decoder, const at::Tensor& hidden,
                                    const AlignmentQuestion& question) {
  constexpr std::int64_t kTokensAtOnce = 16;
  const auto count = std::ssize(question.text);
  const auto before = hidden.narrow(0, std::ssize(question.start) - 1, count);
  const auto wanted = tokens_on(question.text, {count, 1}, hidden.device());
  std::vector<float> probabilities;
  for (std::int64_t first = 0; first < count; first += kTokensAtOnce) {
    const auto some = std::min(kTokensAtOnce, count - first);
    const auto scores = decoder.score(before.narrow(0, first, some));
    const auto chosen = at::softmax(scores.narrow(1, 0, question.end_of_text), 1)
                            .gather(1, wanted.narrow(0, first, some))
                            .cpu();
    probabilities.insert(probabilities.end(), chosen.data_ptr<float>(),
                         chosen.data_ptr<float>() + some);
  }
  return probabilities;
}

// A whole text as the decoder reads it at once.
struct Reading {
  at::Tensor hidden = {};                // [1, tokens, width]
  std::vector<at::Tensor> queries = {};  // each layer's: [1, heads, tokens, head width]
};

at::Tensor tensor_of(std::span<const float> rows, std::size_t width) {
  const auto columns = static_cast<std::int64_t>(width);
  auto tensor = at::empty({1, std::ssize(rows) / columns, columns}, at::kFloat);
  std::copy(rows.begin(), rows.end(), tensor.mutable_data_ptr<float>());
  return tensor;
}

Reading read_text(const Decoder& decoder, const std::vector<int>& tokens,
                  const std::vector<CrossKeyValues>& audio) {
  Reading reading;
  if (const auto* steps = decoder.steps(); steps != nullptr) {
    StepPass pass{*steps, audio, StepPass::Keep::cross_queries};
    reading.hidden = tensor_of(pass.feed(tokens), steps->width);
    for (std::size_t layer = 0; layer < audio.size(); ++layer) {
      reading.queries.push_back(split_heads(tensor_of(pass.cross_queries(layer), steps->width),
                                            static_cast<std::int64_t>(steps->heads)));
    }
    return reading;
  }
  auto cache = decoder.make_cache(1);
  const auto device = audio.front().windows.device();
  reading.hidden = decoder.forward(tokens_on(tokens, {1, std::ssize(tokens)}, device), audio, cache,
                                   &reading.queries);
  return reading;
}

}  // namespace

CrossAttention align(const Decoder& decoder, const Dimensions& dimensions,
                     const TorchFeatures& features, const AlignmentQuestion& question) {
  const auto tokens = tokens_of(question, dimensions.text_context);
  const auto audio = one_window(features, question.window);
  const auto reading = read_text(decoder, tokens, audio);
  return {.heads = question.heads.size(),
          .tokens = tokens.size(),
          .positions = static_cast<std::size_t>(audio.front().positions()),
          .scores = scores_of(question.heads, reading.queries, audio),
          .token_probabilities = probabilities_of(decoder, reading.hidden.select(0, 0), question)};
}

}  // namespace whisper
