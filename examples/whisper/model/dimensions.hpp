// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace whisper {

/// The size of a Whisper network. Nothing else tells the sizes and generations apart: everything is
/// derived from these numbers.
struct Dimensions {
  int mels = 0;           ///< 80, or 128 since large-v3
  int audio_context = 0;  ///< positions of the encoder: 1500 for 30 seconds
  int audio_width = 0;
  int audio_heads = 0;
  int audio_layers = 0;
  int vocabulary = 0;
  int text_context = 0;  ///< positions of the decoder: 448
  int text_width = 0;
  int text_heads = 0;
  int text_layers = 0;

  [[nodiscard]] bool is_multilingual() const noexcept { return vocabulary >= 51865; }
  /// How many language tokens the vocabulary has: 99, or 100 since large-v3.
  [[nodiscard]] int languages() const noexcept {
    return vocabulary - 51765 - (is_multilingual() ? 1 : 0);
  }
  bool operator==(const Dimensions&) const = default;
};

/// One attention head of the decoder whose cross-attention follows the words in time.
struct AlignmentHead {
  int layer = 0;
  int head = 0;
  bool operator==(const AlignmentHead&) const = default;
};

}  // namespace whisper
