// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/network.hpp"

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
  WindowDecoder(const Network& network, const Tokenizer& tokenizer,
                std::function<void()> check_stop = {});

  /// Decodes every window of the features, side by side. The options are one per window, and alike
  /// but for language, task, seed and the words of prompts of equal length.
  /// @throws clams::Error internal if they are not.
  [[nodiscard]] std::vector<DecodedWindow> decode(std::shared_ptr<const AudioFeatures> features,
                                                  std::span<const DecodingOptions> options) const;

  /// For each window the probability of every language that the vocabulary has.
  [[nodiscard]] std::vector<std::map<std::string, float>> detect_languages(
      const std::shared_ptr<const AudioFeatures>& features) const;

 private:
  const Network& network_;
  const Tokenizer& tokenizer_;
  std::function<void()> check_stop_;
};

}  // namespace whisper
