// SPDX-License-Identifier: Apache-2.0
#include "net/encoder.hpp"

#include "net/attention.hpp"

#include <string>

namespace whisper {

Encoder::Encoder(const Weights& weights)
    : heads_(weights.dimensions().audio_heads),
      first_{weights.tensor("encoder.conv1.weight"), weights.tensor("encoder.conv1.bias")},
      second_{weights.tensor("encoder.conv2.weight"), weights.tensor("encoder.conv2.bias")},
      positions_(weights.tensor("encoder.positional_embedding")),
      norm_(weights.layer_norm("encoder.ln_post")) {
  for (int layer = 0; layer < weights.dimensions().audio_layers; ++layer) {
    const auto name = "encoder.blocks." + std::to_string(layer);
    const auto attention = name + ".attn";
    blocks_.push_back({.attention_norm = weights.layer_norm(name + ".attn_ln"),
                       .query_key_value = weights.fused(
                           {attention + ".query", attention + ".key", attention + ".value"}),
                       .attention_out = weights.linear(attention + ".out"),
                       .norm = weights.layer_norm(name + ".mlp_ln"),
                       .up = weights.linear(name + ".mlp.0"),
                       .down = weights.linear(name + ".mlp.2")});
  }
}

at::Tensor Encoder::stem(const at::Tensor& mel) const {
  auto x = at::conv1d(mel.to(positions_.scalar_type()), first_.weight, first_.bias, 1, 1);
  at::gelu_(x);
  x = at::conv1d(x, second_.weight, second_.bias, 2, 1);
  return at::add(positions_, at::gelu_(x).transpose(1, 2)).contiguous();
}

at::Tensor Encoder::operator()(const at::Tensor& mel) const {
  auto x = stem(mel);
  for (const auto& block : blocks_) pass(block, x);
  return norm_(x);
}

void Encoder::pass(const Block& block, at::Tensor& x) const {
  const auto parts = block.query_key_value(block.attention_norm(x)).chunk(3, 2);
  const auto seen = attend(split_heads(parts[0], heads_), split_heads(parts[1], heads_),
                           split_heads(parts[2], heads_));
  x.add_(block.attention_out(merge_heads(seen)));
  auto wide = block.up(block.norm(x));
  x.add_(block.down(at::gelu_(wide)));
}

}  // namespace whisper
