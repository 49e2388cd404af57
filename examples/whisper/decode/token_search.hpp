// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/network.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace whisper {

/// A transcript of a window, and the logarithm of how probable it is.
struct Candidate {
  std::vector<int> tokens = {};  ///< without the end of text
  float sum_logprob = 0;
};

/// Decides how the transcripts of one window grow. There are one or more of them side by side, one
/// a row of scores.
///
/// Ownership: owns the transcripts.
/// Threads: confined.
/// Errors: none.
class TokenSearch {
 public:
  TokenSearch() = default;
  TokenSearch(const TokenSearch&) = delete;
  TokenSearch& operator=(const TokenSearch&) = delete;
  TokenSearch(TokenSearch&&) = delete;
  TokenSearch& operator=(TokenSearch&&) = delete;
  virtual ~TokenSearch() = default;

  [[nodiscard]] virtual std::size_t rows() const noexcept = 0;

  /// What a row has so far, without the beginning that was given.
  [[nodiscard]] virtual std::span<const int> sampled(std::size_t row) const = 0;

  /// Whether the row's scores do not matter any more.
  [[nodiscard]] virtual bool has_ended(std::size_t row) const = 0;

  /// Each row grows by a token.
  /// @param scores what may not come is minus infinity; one row for each, or one for all of them
  ///   while they are alike.
  virtual void advance(const Logits& scores) = 0;

  /// The row that each row goes on from, since the last advance.
  [[nodiscard]] virtual std::span<const std::size_t> sources() const noexcept = 0;

  /// Whether growing on would change nothing.
  [[nodiscard]] virtual bool is_complete() const = 0;

  /// What there is to choose from, at the end or when there is no more room.
  [[nodiscard]] virtual std::vector<Candidate> candidates() const = 0;
};

/// The most probable token each time, at temperature 0; else drawn with the options' seed, as many
/// transcripts side by side as the options' best_of.
[[nodiscard]] std::unique_ptr<TokenSearch> make_sampling(const DecodingOptions& options,
                                                         int end_of_text);

/// OpenAI's beam search.
[[nodiscard]] std::unique_ptr<TokenSearch> make_beam_search(std::size_t beams, float patience,
                                                            int end_of_text);

/// What the options ask for.
[[nodiscard]] std::unique_ptr<TokenSearch> make_token_search(const DecodingOptions& options,
                                                             int end_of_text);

/// The candidate with the highest probability: per token, or with a length penalty (Google's).
/// @param candidates at least one.
[[nodiscard]] const Candidate& best_candidate(std::span<const Candidate> candidates,
                                              std::optional<float> length_penalty);

}  // namespace whisper
