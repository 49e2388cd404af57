// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/network.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace whisper {

/// Decodes encoded windows.
///
/// Ownership: borrows network and tokenizer.
/// Threads: thread-safe.
/// Errors: what the network throws; what `check_stop` throws, which is asked before each token.
class WindowDecoder {
 public:
  /// Whether a window of the batch is still wanted: asked before each token.
  using IsWanted = std::function<bool(std::size_t window)>;

  WindowDecoder(const Network& network, const Tokenizer& tokenizer,
                std::function<void()> check_stop = {});

  /// Decodes every window of the features, side by side. The options are one per window, and alike
  /// but for language, task, seed and the words of prompts of equal length. Windows that are not
  /// wanted any more leave the batch, and have no result to speak of.
  /// @throws clams::Error internal if the options are not alike.
  [[nodiscard]] std::vector<DecodedWindow> decode(std::shared_ptr<const AudioFeatures> features,
                                                  std::span<const DecodingOptions> options,
                                                  const IsWanted& is_wanted = {}) const;

  /// For each window the probability of every language that the vocabulary has.
  [[nodiscard]] std::vector<std::map<std::string, float>> detect_languages(
      const std::shared_ptr<const AudioFeatures>& features) const;

 private:
  const Network& network_;
  const Tokenizer& tokenizer_;
  std::function<void()> check_stop_;
};

/// Whether windows with these options may be decoded side by side.
[[nodiscard]] bool are_alike(const DecodingOptions& one, const DecodingOptions& other);

}  // namespace whisper
