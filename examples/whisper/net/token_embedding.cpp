// SPDX-License-Identifier: Apache-2.0
#include "net/token_embedding.hpp"

namespace whisper {

TokenEmbedding::TokenEmbedding(const Weights& weights, const std::string& name,
                               const LayerNorm& norm)
    : flow_(weights.arithmetic().flow) {
  const auto kernel = weights.arithmetic().kernel;
  if (kernel == Kernel::plain) {
    rows_ = weights.tensor(name);
    scores_ = {rows_, {}};
  } else if (kernel == Kernel::int8_storage) {
    const auto quantized = weights.quantized(name);
    rows_ = quantized.numbers.to(weights.options().device());
    scales_ = quantized.scales.unsqueeze(1).to(weights.options());
    scores_ = {quantized, {}, weights.options()};
  } else if (kernel == Kernel::half_weights ||
             TokenScores::are_possible(weights.dimensions().text_width)) {
    rows_ = weights.tensor(name, at::kHalf);
    if (TokenScores::are_possible(rows_.size(1))) {
      rough_scores_ = TokenScores{rows_, norm};
      return;
    }
    scores_ = Linear{PackedWeights{weights.tensor(name, at::kFloat), {}}};
  } else {
    const auto quantized = weights.quantized(name);
    rows_ = quantized.numbers;
    scales_ = quantized.scales.unsqueeze(1);
    scores_ = Linear{PackedWeights{quantized, {}, kernel}};
  }
}

at::Tensor TokenEmbedding::read(const at::Tensor& tokens) const {
  const auto rows = at::embedding(rows_, tokens).to(flow_);
  return scales_.defined() ? rows.mul(at::embedding(scales_, tokens)) : rows;
}

}  // namespace whisper
