// SPDX-License-Identifier: Apache-2.0
#include "decode/transcriber.hpp"

#include "decode/batched_mode.hpp"
#include "decode/lone_windows.hpp"
#include "decode/sequential_mode.hpp"
#include "decode/transcribe_rules.hpp"

#include <utility>

namespace whisper {

Transcriber::Transcriber(const Network& network, const Tokenizer& tokenizer,
                         std::vector<AlignmentHead> alignment_heads)
    : network_(network),
      tokenizer_(tokenizer),
      timestamper_(network, tokenizer, std::move(alignment_heads)) {}

Transcription Transcriber::transcribe(MelSpectrogram& recording, const TranscribeOptions& options,
                                      const TranscribeEvents& events) const {
  LoneWindows alone{network_, tokenizer_};
  return transcribe(recording, options, events, alone);
}

Transcription Transcriber::transcribe(MelSpectrogram& recording, const TranscribeOptions& options,
                                      const TranscribeEvents& events,
                                      WindowService& service) const {
  check_transcribe_options(options, tokenizer_);
  TranscriptionJob job{{.network = network_,
                        .tokenizer = tokenizer_,
                        .timestamper = timestamper_,
                        .service = service},
                       recording,
                       options,
                       events};
  const std::vector<Clip> clips = make_clips(options.clip_timestamps, job.frames());
  if (options.batch_size > 1) return BatchedMode{job}.run(clips);
  return SequentialMode{job}.run(clips);
}

std::pair<std::string, float> Transcriber::detect_language(MelSpectrogram& recording) const {
  if (!tokenizer_.is_multilingual()) return {"en", 1.0F};
  const MelWindow window = recording.window(0, kWindowFrames);
  return most_probable_language(network_, tokenizer_,
                                network_.encode(std::span<const MelWindow>{&window, 1}));
}

}  // namespace whisper
