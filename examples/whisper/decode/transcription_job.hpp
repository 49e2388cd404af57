// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "decode/network.hpp"
#include "decode/temperature_ladder.hpp"
#include "decode/transcriber.hpp"
#include "decode/window_segments.hpp"
#include "decode/word_timestamps.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace whisper {

/// What a Transcriber lends to each recording's job.
struct JobTools {
  const Network& network;
  const Tokenizer& tokenizer;
  const WordTimestamper& timestamper;
  WindowService& service;
};

/// One recording on its way to its transcript: what sequential and batched mode have in common.
///
/// Ownership: borrows the tools, the recording, options and events, which must outlive it.
/// Threads: confined.
/// Errors: what network, recording and events throw.
class TranscriptionJob {
 public:
  TranscriptionJob(const JobTools& tools, MelSpectrogram& recording,
                   const TranscribeOptions& options, const TranscribeEvents& events);

  [[nodiscard]] const TranscribeOptions& options() const noexcept { return options_; }
  [[nodiscard]] const JobTools& tools() const noexcept { return tools_; }
  [[nodiscard]] const TemperatureLadder& ladder() const noexcept { return ladder_; }
  [[nodiscard]] int frames() const noexcept { return frames_; }

  /// @throws what the caller's check_stop does.
  void check_stop() const;
  [[nodiscard]] MelWindow read(int seek, int frames);
  /// Encodes as much of the windows as the options say.
  /// @param frames of the recording that the longest of them has.
  [[nodiscard]] std::shared_ptr<const AudioFeatures> encode(std::span<const MelWindow> windows,
                                                            int frames) const;

  /// Settles the language, if it is not yet, by the window that begins at `seek`.
  /// @param features of the window, if it is encoded yet.
  void settle_language(int seek, const MelWindow& window,
                       const std::shared_ptr<const AudioFeatures>& features);

  /// What the window that begins at `seek` is decoded with, but for prompt and prefix.
  [[nodiscard]] DecodingOptions window_options(int seek) const;

  /// Gives the segments of a window their words.
  void time_words(std::span<Segment> segments, const AudioFeatures& features, std::size_t index,
                  int frames, double last_speech) const;

  /// The segments become part of the transcript, and the caller is told.
  void publish(std::vector<Segment> segments);
  void report_progress(int seek) const;

  [[nodiscard]] Transcription finish();

 private:
  JobTools tools_;
  MelSpectrogram& recording_;
  const TranscribeOptions& options_;
  const TranscribeEvents& events_;
  TemperatureLadder ladder_;
  int frames_;
  std::vector<int> suppressed_;
  std::vector<int> said_;  // all tokens of the transcript
  Transcription result_;
};

/// The most probable language of one encoded window, and how probable it is.
[[nodiscard]] std::pair<std::string, float> most_probable_language(
    const Network& network, const Tokenizer& tokenizer,
    const std::shared_ptr<const AudioFeatures>& features);

}  // namespace whisper
