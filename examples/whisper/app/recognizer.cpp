// SPDX-License-Identifier: Apache-2.0
#include "app/recognizer.hpp"

#include "app/speech_only.hpp"
#include <clams/util/error.hpp>

#include <string>
#include <utility>

namespace whisper {
namespace {

// So the system reads the weights while the tokenizer is made.
const ModelFile& reading_ahead(const ModelFile& file) {
  file.read_ahead();
  return file;
}

}  // namespace

Recognizer::Recognizer(const ModelFile& file, const NetworkOptions& options,
                       std::shared_ptr<const VoiceDetector> voice)
    : tokenizer_(reading_ahead(file).vocabulary, file.dimensions),
      network_(make_torch_network(file, options)),
      voice_(std::move(voice)),
      transcriber_(*network_, tokenizer_, file.alignment_heads),
      batcher_(*network_, tokenizer_) {}

Transcription Recognizer::recognize(const AudioSource& source, const RecognizeOptions& options,
                                    const TranscribeEvents& events) const {
  const AudioOpener open = [&] { return open_audio(source); };
  // Clips say themselves what is to be left out.
  const bool filter = options.voice_filter && options.transcribe.clip_timestamps.empty();
  return filter ? transcribe_speech(open, options, events) : transcribe(open, options, events);
}

Transcription Recognizer::transcribe_speech(const AudioOpener& open,
                                            const RecognizeOptions& options,
                                            const TranscribeEvents& events) const {
  if (!voice_) {
    throw clams::Error{clams::ErrorCode::unavailable, "this model has no voice filter"};
  }
  const SpeechOnly speech{open, *voice_, options.voice};
  if (speech.is_silent()) {
    const std::string& asked = options.transcribe.language;
    return {.language = asked.empty() ? "en" : asked, .duration = speech.duration()};
  }
  Transcription transcription = transcribe(speech.opener(), options, speech.restoring(events));
  speech.restore(transcription);
  return transcription;
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

}  // namespace whisper
