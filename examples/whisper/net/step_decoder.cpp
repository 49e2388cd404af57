// SPDX-License-Identifier: Apache-2.0
#include "net/step_decoder.hpp"

namespace whisper {
namespace {

StepDecoder::Block make_block(const Weights& weights, const std::string& name) {
  const auto self = name + ".attn";
  const auto cross = name + ".cross_attn";
  return {.self_norm = weights.layer_norm(name + ".attn_ln"),
          .query = {weights, self + ".query"},
          .key = {weights, self + ".key", Bias::no},
          .value = {weights, self + ".value"},
          .self_out = {weights, self + ".out"},
          .cross_norm = weights.layer_norm(name + ".cross_attn_ln"),
          .cross_query = {weights, cross + ".query"},
          .cross_out = {weights, cross + ".out"},
          .norm = weights.layer_norm(name + ".mlp_ln"),
          .up = {weights, name + ".mlp.0"},
          .down = {weights, name + ".mlp.2"}};
}

}  // namespace

bool StepDecoder::is_possible(const Weights& weights) {
  const auto& dimensions = weights.dimensions();
  const auto kernel = weights.arithmetic().kernel;
  return weights.options().device().is_cpu() &&
         (kernel == Kernel::half_weights || kernel == Kernel::int8_steps) &&
         step_kernels() != nullptr && TokenScores::are_possible(dimensions.text_width);
}

StepDecoder::StepDecoder(const Weights& weights, TokenEmbedding tokens)
    : heads(static_cast<std::size_t>(weights.dimensions().text_heads)),
      width(static_cast<std::size_t>(weights.dimensions().text_width)),
      embedding(std::move(tokens)),
      positions(weights.tensor("decoder.positional_embedding")),
      norm(weights.layer_norm("decoder.ln")) {
  for (int layer = 0; layer < weights.dimensions().text_layers; ++layer) {
    blocks.push_back(make_block(weights, "decoder.blocks." + std::to_string(layer)));
  }
}

}  // namespace whisper
