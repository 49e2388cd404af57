// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "decode/encoder_length.hpp"
#include "decode/network.hpp"
#include "decode/transcription.hpp"
#include "decode/word_timestamps.hpp"
#include "text/tokenizer.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace whisper {

/// How a whole recording is transcribed; names and defaults are those of OpenAI's transcribe().
struct TranscribeOptions {
  std::string language = {};  ///< empty: detected in the first window
  Task task = Task::transcribe;
  /// Tried in order, until a window's text is plausible.
  std::vector<float> temperatures = {0.0F, 0.2F, 0.4F, 0.6F, 0.8F, 1.0F};
  std::optional<int> beam_size = {};
  int best_of = 5;
  float patience = 1;
  std::optional<float> length_penalty = {};
  std::optional<float> compression_ratio_threshold = 2.4F;  ///< above: the text loops
  std::optional<float> logprob_threshold = -1.0F;           ///< below: the text is a guess
  std::optional<float> no_speech_threshold = 0.6F;          ///< above, and a guess: silence
  bool condition_on_previous_text = true;
  std::string initial_prompt = {};
  bool carry_initial_prompt = false;  ///< before every window, not the first only
  std::string hotwords = {};          ///< words to listen for, before every window without prefix
  std::string prefix = {};
  bool word_timestamps = false;
  std::string prepend_punctuations = "\"'“¿([{-";
  std::string append_punctuations = "\"'.。,，!！?？:：”)]}、";
  /// With word timestamps: silence longer than this around an implausible segment is skipped.
  std::optional<double> hallucination_silence_threshold = {};
  /// Pairs of seconds to transcribe; the last end may be missing; empty: everything.
  std::vector<double> clip_timestamps = {};
  bool suppress_blank = true;
  std::vector<int> suppress_tokens = {-1};  ///< -1: the tokenizer's non-speech tokens
  bool without_timestamps = false;
  float max_initial_timestamp = 1.0F;
  std::uint64_t seed = 0;
  EncoderLength encoder_length = EncoderLength::window;
  int batch_size = 1;  ///< windows decoded side by side; above 1 none knows the text before it
};

/// Told of the work while it goes on; each may be empty.
struct TranscribeEvents {
  std::function<void(const Segment&)> on_segment = {};           ///< in order, once it is final
  std::function<void(double done, double of)> on_progress = {};  ///< seconds of audio
  std::function<void()> check_stop = {};                         ///< throws to end the work
};

class WindowService;

/// Transcribes recordings: the sequential algorithm of OpenAI's transcribe(), or windows in
/// batches. Different from OpenAI's, windows in which nothing can be heard (silence.hpp) are left
/// out, since the network makes up text for them; and if no temperature gives plausible text, the
/// best of what they gave is taken, not the last.
///
/// Ownership: borrows network and tokenizer; owns the rest.
/// Threads: thread-safe.
/// Errors: clams::Error invalid_parameter for options that do not go together or do not fit the
///   model; what the network, the recording or `check_stop` throw.
class Transcriber {
 public:
  /// @param alignment_heads for word timestamps; empty: all heads of the later half of the layers.
  Transcriber(const Network& network, const Tokenizer& tokenizer,
              std::vector<AlignmentHead> alignment_heads);

  [[nodiscard]] Transcription transcribe(MelSpectrogram& recording,
                                         const TranscribeOptions& options,
                                         const TranscribeEvents& events = {}) const;

  /// The same, with the windows decoded by a service: together with those of other requests.
  [[nodiscard]] Transcription transcribe(MelSpectrogram& recording,
                                         const TranscribeOptions& options,
                                         const TranscribeEvents& events,
                                         WindowService& service) const;

  /// The language of a recording's first window, and how probable it is.
  [[nodiscard]] std::pair<std::string, float> detect_language(MelSpectrogram& recording) const;

 private:
  const Network& network_;
  const Tokenizer& tokenizer_;
  WordTimestamper timestamper_;
};

}  // namespace whisper
