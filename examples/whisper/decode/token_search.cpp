// SPDX-License-Identifier: Apache-2.0
#include "decode/token_search.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {

std::unique_ptr<TokenSearch> make_token_search(const DecodingOptions& options, int end_of_text) {
  if (options.beam_size && options.temperature == 0) {
    return make_beam_search(static_cast<std::size_t>(*options.beam_size), options.patience,
                            end_of_text);
  }
  return make_sampling(options, end_of_text);
}

const Candidate& best_candidate(std::span<const Candidate> candidates,
                                std::optional<float> length_penalty) {
  const auto score = [&](const Candidate& candidate) {
    const auto length = static_cast<double>(std::max<std::size_t>(candidate.tokens.size(), 1));
    const double penalty =
        length_penalty ? std::pow((5 + length) / 6, static_cast<double>(*length_penalty)) : length;
    return static_cast<double>(candidate.sum_logprob) / penalty;
  };
  return *std::max_element(
      candidates.begin(), candidates.end(),
      [&](const Candidate& one, const Candidate& other) { return score(one) < score(other); });
}

}  // namespace whisper
