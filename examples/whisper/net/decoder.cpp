// SPDX-License-Identifier: Apache-2.0
#include "net/decoder.hpp"

#include "net/attention.hpp"

#include <string>

namespace whisper {

namespace {

Linear make_cross_key_value(const Weights& audio, const std::string& name) {
  return audio.fused({name + ".cross_attn.key", name + ".cross_attn.value"});
}

}  // namespace

Decoder::Block Decoder::make_block(const Weights& weights, const Weights& audio,
                                   const std::string& name) {
  const auto self = name + ".attn";
  const auto cross = name + ".cross_attn";
  return {.self_norm = weights.layer_norm(name + ".attn_ln"),
          .query_key_value = weights.fused({self + ".query", self + ".key", self + ".value"}),
          .self_out = weights.linear(self + ".out"),
          .cross_norm = weights.layer_norm(name + ".cross_attn_ln"),
          .cross_query = weights.linear(cross + ".query"),
          .cross_key_value = make_cross_key_value(audio, name),
          .cross_out = weights.linear(cross + ".out"),
          .norm = weights.layer_norm(name + ".mlp_ln"),
          .up = weights.linear(name + ".mlp.0"),
          .down = weights.linear(name + ".mlp.2")};
}

Decoder::Decoder(const Weights& weights, const Weights& audio)
    : heads_(weights.dimensions().text_heads),
      options_(weights.options()),
      tiles_(
          packed_attention(audio.arithmetic().attention, weights.dimensions().text_width, heads_)),
      embedding_(weights, "decoder.token_embedding.weight", weights.layer_norm("decoder.ln")),
      positions_(weights.tensor("decoder.positional_embedding")),
      norm_(weights.layer_norm("decoder.ln")) {
  if (tiles_ != nullptr && StepDecoder::is_possible(weights)) {
    steps_ = std::make_unique<const StepDecoder>(weights, embedding_);
  }
  for (int layer = 0; layer < weights.dimensions().text_layers; ++layer) {
    const auto name = "decoder.blocks." + std::to_string(layer);
    if (steps_) {
      blocks_.push_back({.cross_key_value = make_cross_key_value(audio, name)});
    } else {
      blocks_.push_back(make_block(weights, audio, name));
    }
  }
}

std::vector<CrossKeyValues> Decoder::read_audio(const at::Tensor& encoded) const {
  std::vector<CrossKeyValues> layers;
  for (const auto& block : blocks_) {
    const auto both = block.cross_key_value(encoded);
    if (tiles_ != nullptr) {
      const auto packed = pack_keys_and_values(*tiles_, both.to(at::kFloat), heads_);
      layers.push_back({packed.windows(), packed.length(), tiles_});
      continue;
    }
    const auto parts = both.to(options_.dtype()).chunk(2, 2);
    layers.push_back(
        {at::stack({split_heads(parts[0], heads_), split_heads(parts[1], heads_)}, 1)});
  }
  return layers;
}

KeyValueCache Decoder::make_cache(std::int64_t rows) const {
  return {static_cast<std::int64_t>(blocks_.size()), rows, heads_, positions_.size(1) / heads_,
          options_};
}

at::Tensor Decoder::forward(const at::Tensor& tokens, const std::vector<CrossKeyValues>& audio,
                            KeyValueCache& cache, std::vector<at::Tensor>* queries) const {
  auto x = embed(tokens, cache.length());
  cache.extend(tokens.size(1));
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    const auto& block = blocks_[layer];
    x.add_(attend_self(block, static_cast<std::int64_t>(layer), x, cache));
    x.add_(attend_audio(block, x, audio[layer], queries));
    auto wide = block.up(block.norm(x));
    x.add_(block.down(at::gelu_(wide)));
  }
  return x;
}

at::Tensor Decoder::embed(const at::Tensor& tokens, std::int64_t first) const {
  return embedding_.read(tokens).add_(positions_.narrow(0, first, tokens.size(1)));
}

at::Tensor Decoder::attend_self(const Block& block, std::int64_t layer, const at::Tensor& x,
                                KeyValueCache& cache) const {
  const auto parts = block.query_key_value(block.self_norm(x)).chunk(3, 2);
  cache.put(layer, split_heads(parts[1], heads_), split_heads(parts[2], heads_));
  // A prompt is fed to an empty cache; a single token sees everything before it.
  const auto mask = x.size(1) > 1 ? Mask::causal : Mask::none;
  const auto seen =
      attend(split_heads(parts[0], heads_), cache.keys(layer), cache.values(layer), mask);
  return block.self_out(merge_heads(seen));
}

at::Tensor Decoder::attend_audio(const Block& block, const at::Tensor& x,
                                 const CrossKeyValues& audio,
                                 std::vector<at::Tensor>* queries) const {
  // The rows of a window are queries of one sequence: one copy of keys and values serves them all.
  const auto rows = block.cross_query(block.cross_norm(x)).view({audio.count(), -1, x.size(2)});
  const auto query = split_heads(rows, heads_);
  if (queries != nullptr) queries->push_back(query);
  const auto seen = audio.tiles != nullptr
                        ? attend_packed(rows.to(at::kFloat), audio.packed()).to(x.scalar_type())
                        : merge_heads(attend(query, audio.keys(), audio.values()));
  return block.cross_out(seen).view(x.sizes());
}

}  // namespace whisper
