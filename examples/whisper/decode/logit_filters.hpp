// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "model/dimensions.hpp"
#include "text/tokenizer.hpp"

#include <optional>
#include <span>
#include <vector>

namespace whisper {

/// What may not come next in a transcript: blanks at its beginning, tokens that are not wanted, and
/// what the rules of timestamps forbid. All as OpenAI's decoder has them.
///
/// Ownership: owns what it needs of the tokenizer and the options.
/// Threads: immutable.
/// Errors: none.
class LogitFilters {
 public:
  LogitFilters(const Tokenizer& tokenizer, const Dimensions& dimensions,
               const DecodingOptions& options);

  /// Scores of tokens that may not follow `sampled` become minus infinity.
  /// @param sampled the transcript so far, without what was given as its beginning.
  void apply(std::span<float> scores, std::span<const int> sampled) const;

 private:
  void apply_timestamp_rules(std::span<float> scores, std::span<const int> sampled) const;
  void keep_timestamps_in_pairs(std::span<float> scores, std::span<const int> sampled) const;
  void open_with_timestamp(std::span<float> scores) const;
  void prefer_timestamp(std::span<float> scores) const;
  [[nodiscard]] bool is_timestamp(int token) const noexcept {
    return token >= special_.first_timestamp;
  }

  SpecialTokens special_;
  std::vector<int> blanks_;  // empty: allowed
  std::vector<int> suppressed_;
  bool timestamps_;
  std::optional<int> last_initial_timestamp_;
};

}  // namespace whisper
