// SPDX-License-Identifier: Apache-2.0
#include "model/ct2_names.hpp"

#include <algorithm>
#include <array>

namespace whisper {

namespace {

struct Rule {
  std::string_view openai;
  std::string_view ct2;
  int part = 0;
  int parts = 1;
};

// Inside a layer. Query, key and value lie in one matrix, in this order.
constexpr std::array kInLayer{
    Rule{"attn_ln", "self_attention/layer_norm"},
    Rule{"attn.query", "self_attention/linear_0", 0, 3},
    Rule{"attn.key", "self_attention/linear_0", 1, 3},
    Rule{"attn.value", "self_attention/linear_0", 2, 3},
    Rule{"attn.out", "self_attention/linear_1"},
    Rule{"cross_attn_ln", "attention/layer_norm"},
    Rule{"cross_attn.query", "attention/linear_0"},
    Rule{"cross_attn.key", "attention/linear_1", 0, 2},
    Rule{"cross_attn.value", "attention/linear_1", 1, 2},
    Rule{"cross_attn.out", "attention/linear_2"},
    Rule{"mlp_ln", "ffn/layer_norm"},
    Rule{"mlp.0", "ffn/linear_0"},
    Rule{"mlp.2", "ffn/linear_1"},
};

constexpr std::array kOutside{
    Rule{"encoder.ln_post", "encoder/layer_norm"},
    Rule{"decoder.ln", "decoder/layer_norm"},
    Rule{"encoder.conv1", "encoder/conv1"},
    Rule{"encoder.conv2", "encoder/conv2"},
    Rule{"encoder.positional_embedding", "encoder/position_encodings/encodings"},
    Rule{"decoder.positional_embedding", "decoder/position_encodings/encodings"},
    Rule{"decoder.token_embedding", "decoder/embeddings"},
};

template <typename Rules>
Rule rule_for(const Rules& rules, std::string_view module) {
  const auto found = std::ranges::find(rules, module, &Rule::openai);
  return found == rules.end() ? Rule{module, module} : *found;
}

std::string_view leaf_name(std::string_view leaf, std::string_view module) {
  if (!module.ends_with("layer_norm")) return leaf;
  return leaf == "weight" ? "gamma" : "beta";
}

}  // namespace

Ct2Place ct2_place(std::string_view openai_name) {
  const auto dot = openai_name.rfind('.');
  const std::string_view last = openai_name.substr(dot + 1);
  const bool has_leaf = last == "weight" || last == "bias";
  const std::string_view module = has_leaf ? openai_name.substr(0, dot) : openai_name;

  constexpr std::string_view kBlocks = ".blocks.";
  const auto blocks = module.find(kBlocks);
  std::string prefix;
  Rule rule;
  if (blocks == std::string_view::npos) {
    rule = rule_for(kOutside, module);
  } else {
    const std::string_view numbered = module.substr(blocks + kBlocks.size());
    const auto end = numbered.find('.');
    prefix = std::string{module.substr(0, blocks)} + "/layer_" +
             std::string{numbered.substr(0, end)} + '/';
    rule = rule_for(kInLayer, numbered.substr(end + 1));
  }
  std::string name = prefix + std::string{rule.ct2};
  if (has_leaf) name += '/' + std::string{leaf_name(last, rule.ct2)};
  return {name, rule.part, rule.parts};
}

}  // namespace whisper
