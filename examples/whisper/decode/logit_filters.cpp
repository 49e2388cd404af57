// SPDX-License-Identifier: Apache-2.0
#include "decode/logit_filters.hpp"

#include "decode/score_math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace whisper {

namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();
constexpr float kWindowSeconds = 30;

void forbid(std::span<float> scores, std::span<const int> tokens) {
  for (const int token : tokens) {
    const auto place = static_cast<std::size_t>(token);
    if (place < scores.size()) scores[place] = kImpossible;
  }
}

/// Forbids the tokens from `first` to before `end`.
void forbid_range(std::span<float> scores, int first, int end) {
  const auto size = static_cast<std::ptrdiff_t>(scores.size());
  std::fill(scores.begin() + std::min<std::ptrdiff_t>(first, size),
            scores.begin() + std::min<std::ptrdiff_t>(end, size), kImpossible);
}

void forbid_from(std::span<float> scores, int first) {
  forbid_range(scores, first, static_cast<int>(scores.size()));
}

}  // namespace

LogitFilters::LogitFilters(const Tokenizer& tokenizer, const Dimensions& dimensions,
                           const DecodingOptions& options)
    : special_(tokenizer.special()),
      suppressed_(options.suppressed),
      timestamps_(options.timestamps) {
  if (options.suppress_blank) {
    blanks_ = tokenizer.encode(" ");
    blanks_.push_back(special_.end_of_text);
  }
  if (options.max_initial_timestamp != 0) {
    const float precision = kWindowSeconds / static_cast<float>(dimensions.audio_context);
    last_initial_timestamp_ =
        special_.first_timestamp +
        static_cast<int>(std::nearbyint(options.max_initial_timestamp / precision));
  }
}

void LogitFilters::apply(std::span<float> scores, std::span<const int> sampled) const {
  if (sampled.empty()) forbid(scores, blanks_);
  forbid(scores, suppressed_);
  if (timestamps_) apply_timestamp_rules(scores, sampled);
}

void LogitFilters::apply_timestamp_rules(std::span<float> scores,
                                         std::span<const int> sampled) const {
  forbid_range(scores, special_.no_timestamps, special_.no_timestamps + 1);
  keep_timestamps_in_pairs(scores, sampled);
  if (sampled.empty()) open_with_timestamp(scores);
  prefer_timestamp(scores);
}

void LogitFilters::keep_timestamps_in_pairs(std::span<float> scores,
                                            std::span<const int> sampled) const {
  const std::size_t size = sampled.size();
  const bool after_timestamp = size >= 1 && is_timestamp(sampled[size - 1]);
  const bool after_pair = after_timestamp && (size < 2 || is_timestamp(sampled[size - 2]));
  if (after_pair) {
    forbid_from(scores, special_.first_timestamp);
  } else if (after_timestamp) {  // its partner follows, or the end
    forbid_range(scores, 0, special_.end_of_text);
  }

  const auto last = std::find_if(sampled.rbegin(), sampled.rend(),
                                 [&](int token) { return is_timestamp(token); });
  if (last == sampled.rend()) return;
  // Time does not go back, and a segment takes some, or the same one would come for ever.
  const bool partner_may_be_equal = after_timestamp && !after_pair;
  forbid_range(scores, special_.first_timestamp, partner_may_be_equal ? *last : *last + 1);
}

void LogitFilters::open_with_timestamp(std::span<float> scores) const {
  forbid_range(scores, 0, special_.first_timestamp);
  if (last_initial_timestamp_) forbid_from(scores, *last_initial_timestamp_ + 1);
}

void LogitFilters::prefer_timestamp(std::span<float> scores) const {
  const auto first = static_cast<std::size_t>(special_.first_timestamp);
  if (first >= scores.size()) return;
  const float any_timestamp = log_sum_of_exponentials(scores.subspan(first));
  if (any_timestamp > highest_score(scores.first(first))) {
    forbid_range(scores, 0, special_.first_timestamp);
  }
}

}  // namespace whisper
