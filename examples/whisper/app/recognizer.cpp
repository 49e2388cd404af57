// SPDX-License-Identifier: Apache-2.0
#include "app/recognizer.hpp"

#include <clams/util/error.hpp>

#include <utility>

namespace whisper {

Recognizer::Recognizer(const ModelFile& file, const NetworkOptions& options,
                       std::shared_ptr<const VoiceDetector> voice)
    : tokenizer_(file.vocabulary, file.dimensions),
      network_(make_torch_network(file, options)),
      voice_(std::move(voice)),
      transcriber_(*network_, tokenizer_, file.alignment_heads),
      batcher_(*network_, tokenizer_) {}

Transcription Recognizer::recognize(const AudioSource& source, const RecognizeOptions& options,
                                    const TranscribeEvents& events) const {
  const AudioOpener open = [&] { return open_audio(source); };
  if (!options.voice_filter || !options.transcribe.clip_timestamps.empty()) {
    return transcribe(open, options, events);
  }
  RecognizeOptions speech_only = options;
  speech_only.transcribe.clip_timestamps = speech_clips(open, options.voice);
  if (speech_only.transcribe.clip_timestamps.empty()) {
    return {.language = options.transcribe.language.empty() ? "en" : options.transcribe.language};
  }
  return transcribe(open, speech_only, events);
}

Transcription Recognizer::transcribe(const AudioOpener& open, const RecognizeOptions& options,
                                     const TranscribeEvents& events) const {
  const MelOptions mel{.mels = network_->dimensions().mels, .padding = options.padding};
  const auto recording = make_mel_spectrogram(open, mel);
  if (options.transcribe.batch_size <= 1) {
    return transcriber_.transcribe(*recording, options.transcribe, events);
  }
  const auto service = batcher_.join();
  return transcriber_.transcribe(*recording, options.transcribe, events, *service);
}

// Pairs of seconds, as for `clip_timestamps`.
std::vector<double> Recognizer::speech_clips(const AudioOpener& open,
                                             const VoiceOptions& options) const {
  if (!voice_) {
    throw clams::Error{clams::ErrorCode::unavailable, "this model has no voice filter"};
  }
  const auto probabilities = voice_->probabilities(*open());
  const auto samples = static_cast<std::int64_t>(probabilities.size()) * VoiceDetector::kChunk;
  std::vector<double> clips;
  for (const SpeechSpan& span : speech_spans(probabilities, samples, options)) {
    clips.push_back(static_cast<double>(span.begin) / kSampleRate);
    clips.push_back(static_cast<double>(span.end) / kSampleRate);
  }
  return clips;
}

}  // namespace whisper
