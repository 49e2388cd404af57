// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/logit_filters.hpp"
#include "decode/network.hpp"
#include "decode/token_search.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace whisper {

/// One batch of windows on its way from their first token to their last: what WindowDecoder makes
/// for each call.
///
/// Ownership: borrows network, tokenizer and options, which must outlive it.
/// Threads: confined.
/// Errors: what the network and the watcher throw.
class BatchDecoding {
 public:
  /// @param options of each window; alike.
  BatchDecoding(const Network& network, const Tokenizer& tokenizer,
                std::span<const DecodingOptions> options);

  /// @param is_wanted asked of each window before each of its tokens but the first.
  [[nodiscard]] std::vector<DecodedWindow> run(
      std::unique_ptr<DecoderRun> run, const std::function<bool(std::size_t window)>& is_wanted);

 private:
  /// A window that is still in the run.
  struct Window {
    std::size_t index = 0;  ///< in the batch that was asked for
    std::unique_ptr<TokenSearch> search = {};
  };

  void begin();
  void step();
  void advance(Window& window, const Logits& scores);
  void reorder();
  void drop_done(const std::function<bool(std::size_t window)>& is_wanted);
  void finish(const Window& window);
  void read_no_speech(std::size_t window, std::span<const float> scores);

  const Tokenizer& tokenizer_;
  std::span<const DecodingOptions> options_;
  LogitFilters filters_;
  std::vector<int> start_tokens_;  // of all windows, one after the other
  std::size_t start_of_transcript_ = 0;
  std::size_t start_size_ = 0;
  std::size_t most_tokens_ = 0;  // that a window may have decoded
  std::size_t rows_ = 1;         // of each window
  std::unique_ptr<DecoderRun> run_;
  std::vector<Window> windows_;
  std::vector<int> next_tokens_;
  std::vector<std::size_t> sources_;
  std::vector<DecodedWindow> results_;
};

}  // namespace whisper
