// SPDX-License-Identifier: Apache-2.0
#include "net/encoder.hpp"

#include "net/attention.hpp"
#include "net/packed_attention.hpp"
#include "net/thread_team.hpp"

#include <string>

namespace whisper {
namespace {

float* row_of(at::Tensor& rows, std::int64_t row) {
  return rows.mutable_data_ptr<float>() + row * rows.size(-1);
}

}  // namespace

Encoder::Encoder(const Weights& weights)
    : heads_(weights.dimensions().audio_heads),
      tiles_(packed_attention(weights.arithmetic().attention, weights.dimensions().audio_width,
                              heads_)),
      first_{weights.tensor("encoder.conv1.weight"), weights.tensor("encoder.conv1.bias")},
      second_{weights.tensor("encoder.conv2.weight"), weights.tensor("encoder.conv2.bias")},
      positions_(weights.tensor("encoder.positional_embedding")),
      norm_(weights.layer_norm("encoder.ln_post")) {
  for (int layer = 0; layer < weights.dimensions().audio_layers; ++layer) {
    const auto name = "encoder.blocks." + std::to_string(layer);
    const auto attention = name + ".attn";
    const auto wide = 2 * layer < weights.dimensions().audio_layers ? weights : weights.late();
    blocks_.push_back({.attention_norm = weights.layer_norm(name + ".attn_ln"),
                       .query_key_value = weights.fused(
                           {attention + ".query", attention + ".key", attention + ".value"}),
                       .attention_out = weights.linear(attention + ".out"),
                       .feed_forward = {.norm = weights.layer_norm(name + ".mlp_ln"),
                                        .up = wide.linear(name + ".mlp.0"),
                                        .down = wide.linear(name + ".mlp.2")}});
    const auto& block = blocks_.back();
    is_tiled_ = is_tiled_ && tiles_ != nullptr && block.query_key_value.tiled() != nullptr &&
                block.attention_out.tiled() != nullptr && block.feed_forward.is_tiled();
  }
}

at::Tensor Encoder::stem(const at::Tensor& mel) const {
  auto x = at::conv1d(mel.to(positions_.scalar_type()), first_.weight, first_.bias, 1, 1);
  at::gelu_(x);
  x = at::conv1d(x, second_.weight, second_.bias, 2, 1);
  return at::add(positions_.narrow(0, 0, x.size(2)), at::gelu_(x).transpose(1, 2)).contiguous();
}

at::Tensor Encoder::operator()(const at::Tensor& mel) const {
  auto x = stem(mel);
  if (is_tiled_) {
    pass_tiled(x);
  } else {
    for (const auto& block : blocks_) pass(block, x);
  }
  return norm_(x);
}

void Encoder::pass(const Block& block, at::Tensor& x) const {
  x.add_(block.attention_out(attend(block.query_key_value(block.attention_norm, x))));
  block.feed_forward.add_to(x);
}

struct Encoder::Attention {
  at::Tensor query_key_value = {};
  PackedKeyValues packed;
};

// From one block's attention to the next one's no row needs another: threads meet once, and what a
// layer gives is still in the cache when the next one wants it.
void Encoder::pass_tiled(at::Tensor& x) const {
  const auto rows = x.size(0) * x.size(1);
  const auto width = x.size(2);
  Attention attention{at::empty({x.size(0), x.size(1), 3 * width}, at::kFloat),
                      {*tiles_, x.size(0), heads_, x.size(1)}};
  share_rows(rows, TiledLayer::kPanel, [&](std::int64_t row, std::int64_t end) {
    prepare(blocks_.front(), x, row, end, attention);
  });
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const auto seen =
        attend_packed(attention.query_key_value.narrow(2, 0, width), attention.packed);
    share_rows(rows, TiledLayer::kPanel, [&](std::int64_t row, std::int64_t end) {
      blocks_[block].attention_out.tiled()->multiply_panel(
          seen.const_data_ptr<float>() + row * width, end - row, nullptr, row_of(x, row),
          Finish::add);
      blocks_[block].feed_forward.add_to_panel(row_of(x, row), end - row);
      if (block + 1 < blocks_.size()) prepare(blocks_[block + 1], x, row, end, attention);
    });
  }
}

void Encoder::prepare(const Block& block, at::Tensor& x, std::int64_t row, std::int64_t end,
                      Attention& to) const {
  const auto width = x.size(2);
  block.query_key_value.tiled()->multiply_panel(row_of(x, row), end - row, &block.attention_norm,
                                                row_of(to.query_key_value, row), Finish::store);
  for (; row < end; ++row) {
    const auto* const keys = row_of(to.query_key_value, row) + width;
    to.packed.put(row, keys, keys + width);
  }
}

// Of queries, keys and values side by side. Our own kernel takes a third of the time of libtorch's.
at::Tensor Encoder::attend(const at::Tensor& query_key_value) const {
  if (tiles_ != nullptr) {
    const auto all = query_key_value.to(at::kFloat);
    const auto width = all.size(2) / 3;
    const auto packed =
        pack_keys_and_values(*tiles_, all.narrow(2, width, 2 * width).contiguous(), heads_);
    return attend_packed(all.narrow(2, 0, width), packed).to(query_key_value.scalar_type());
  }
  const auto parts = query_key_value.chunk(3, 2);
  return merge_heads(whisper::attend(split_heads(parts[0], heads_), split_heads(parts[1], heads_),
                                     split_heads(parts[2], heads_)));
}

}  // namespace whisper
