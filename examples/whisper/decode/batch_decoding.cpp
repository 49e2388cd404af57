// SPDX-License-Identifier: Apache-2.0
#include "decode/batch_decoding.hpp"

#include "decode/score_math.hpp"
#include "decode/start_tokens.hpp"
#include "text/characters.hpp"
#include "text/compression_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace whisper {

namespace {

/// How many tokens may be decoded: as many as wanted, and one more than the context has room for,
/// since the last is not fed again.
std::size_t most_tokens(const DecodingOptions& options, const Dimensions& dimensions,
                        std::size_t start) {
  const auto context = static_cast<std::size_t>(dimensions.text_context);
  const auto wanted =
      options.sample_length ? static_cast<std::size_t>(*options.sample_length) : context / 2;
  return std::min(wanted, context + 1 - start);
}

/// The rows of one of several windows that have as many each.
Logits rows_of(const Logits& scores, std::size_t window, std::size_t windows) {
  const std::size_t size = scores.values.size() / windows;
  return {.values = scores.values.subspan(window * size, size), .vocabulary = scores.vocabulary};
}

}  // namespace

BatchDecoding::BatchDecoding(const Network& network, const Tokenizer& tokenizer,
                             std::span<const DecodingOptions> options)
    : tokenizer_(tokenizer),
      options_(options),
      filters_(tokenizer, network.dimensions(), options.front()),
      results_(options.size()) {
  for (std::size_t window = 0; window < options.size(); ++window) {
    const StartTokens start = make_start_tokens(tokenizer, network.dimensions(), options[window]);
    start_of_transcript_ = start.start_of_transcript;
    start_size_ = start.tokens.size();
    start_tokens_.insert(start_tokens_.end(), start.tokens.begin(), start.tokens.end());
    windows_.push_back(
        {.index = window,
         .search = make_token_search(options[window], tokenizer.special().end_of_text)});
  }
  rows_ = windows_.front().search->rows();
  most_tokens_ = most_tokens(options.front(), network.dimensions(), start_size_);
}

std::vector<DecodedWindow> BatchDecoding::run(
    std::unique_ptr<DecoderRun> run, const std::function<bool(std::size_t window)>& is_wanted) {
  run_ = std::move(run);
  begin();
  for (std::size_t token = 1; token < most_tokens_; ++token) {
    drop_done(is_wanted);
    if (windows_.empty()) break;
    if (token == 1 && rows_ > 1) {
      run_->fan_out(rows_);
    } else {
      reorder();
    }
    step();
  }
  for (const Window& window : windows_) finish(window);
  return std::move(results_);
}

void BatchDecoding::begin() {
  std::vector<std::size_t> positions{start_of_transcript_};
  if (start_of_transcript_ + 1 != start_size_) positions.push_back(start_size_ - 1);
  const Logits scores = run_->begin(start_tokens_, positions);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Logits rows = rows_of(scores, i, windows_.size());
    read_no_speech(i, rows.row(0));
    const auto last = rows.row(rows.rows() - 1);
    filters_.apply(last, {});
    windows_[i].search->advance({.values = last, .vocabulary = scores.vocabulary});
  }
}

void BatchDecoding::step() {
  next_tokens_.clear();
  for (const Window& window : windows_) {
    for (std::size_t row = 0; row < rows_; ++row) {
      next_tokens_.push_back(window.search->sampled(row).back());
    }
  }
  const Logits scores = run_->step(next_tokens_);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    advance(windows_[i], rows_of(scores, i, windows_.size()));
  }
}

void BatchDecoding::advance(Window& window, const Logits& scores) {
  for (std::size_t row = 0; row < rows_; ++row) {
    if (!window.search->has_ended(row)) {
      filters_.apply(scores.row(row), window.search->sampled(row));
    }
  }
  window.search->advance(scores);
}

void BatchDecoding::reorder() {
  sources_.clear();
  bool moves = false;
  for (const Window& window : windows_) {
    const auto sources = window.search->sources();
    for (std::size_t row = 0; row < sources.size(); ++row) moves = moves || sources[row] != row;
    sources_.insert(sources_.end(), sources.begin(), sources.end());
  }
  if (moves) run_->reorder(sources_);
}

void BatchDecoding::drop_done(const std::function<bool(std::size_t window)>& is_wanted) {
  std::vector<std::size_t> kept;
  std::vector<Window> left;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    if (!is_wanted(windows_[i].index)) continue;
    if (windows_[i].search->is_complete()) {
      finish(windows_[i]);
    } else {
      kept.push_back(i);
      left.push_back(std::move(windows_[i]));
    }
  }
  if (kept.size() != windows_.size() && !kept.empty()) run_->keep_windows(kept);
  windows_ = std::move(left);
}

void BatchDecoding::finish(const Window& window) {
  const DecodingOptions& options = options_[window.index];
  const std::vector<Candidate> candidates = window.search->candidates();
  const Candidate& best = best_candidate(candidates, options.length_penalty);
  DecodedWindow& result = results_[window.index];
  result.tokens = best.tokens;
  result.text = strip(tokenizer_.decode(best.tokens));
  result.avg_logprob = best.sum_logprob / static_cast<float>(best.tokens.size() + 1);
  result.temperature = options.temperature;
  result.compression_ratio = static_cast<float>(compression_ratio(result.text));
}

void BatchDecoding::read_no_speech(std::size_t window, std::span<const float> scores) {
  const LogNormalizer normalize{scores};
  const auto token = static_cast<std::size_t>(tokenizer_.special().no_speech);
  results_[window].no_speech_prob = std::exp(normalize(scores[token]));
}

}  // namespace whisper
