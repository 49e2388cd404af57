// SPDX-License-Identifier: Apache-2.0
#include "decode/transcription_job.hpp"

#include "decode/transcribe_rules.hpp"
#include "decode/window_decoder.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace whisper {

TranscriptionJob::TranscriptionJob(const JobTools& tools, MelSpectrogram& recording,
                                   const TranscribeOptions& options, const TranscribeEvents& events)
    : tools_(tools),
      recording_(recording),
      options_(options),
      events_(events),
      ladder_(tools.network, tools.service, options),
      frames_(static_cast<int>(recording.frames())),
      suppressed_(suppressed_tokens(options, tools.tokenizer)) {
  result_.language = chosen_language(options, tools.tokenizer);
  result_.duration = seconds_of(frames_);
}

void TranscriptionJob::check_stop() const {
  if (events_.check_stop) events_.check_stop();
}

MelWindow TranscriptionJob::read(int seek, int frames) { return recording_.window(seek, frames); }

std::shared_ptr<const AudioFeatures> TranscriptionJob::encode(std::span<const MelWindow> windows,
                                                              int frames) const {
  check_stop();
  const int wanted = encoder_frames(options_.encoder_length, frames);
  if (wanted == kWindowFrames) return tools_.network.encode(windows);
  std::vector<MelWindow> parts;
  for (const MelWindow& window : windows) parts.push_back(first_frames(window, wanted));
  return tools_.network.encode(parts);
}

void TranscriptionJob::settle_language(int seek, const MelWindow& window,
                                       const std::shared_ptr<const AudioFeatures>& features) {
  if (!result_.language.empty()) return;
  // As OpenAI does, from the sound up to 30 seconds on, with silence after it.
  const MelWindow whole = read(seek, kWindowFrames);
  const bool is_same = features && whole.values == window.values;
  const auto heard =
      is_same ? features : encode({&whole, 1}, std::min(kWindowFrames, frames_ - seek));
  std::tie(result_.language, result_.language_probability) =
      most_probable_language(tools_.network, tools_.tokenizer, heard);
}

DecodingOptions TranscriptionJob::window_options(int seek) const {
  return {.language = result_.language,
          .task = options_.task,
          .patience = options_.patience,
          .length_penalty = options_.length_penalty,
          .timestamps = !options_.without_timestamps,
          .suppress_blank = options_.suppress_blank,
          .suppressed = suppressed_,
          .max_initial_timestamp = options_.max_initial_timestamp,
          .seed = options_.seed + static_cast<std::uint64_t>(seek)};
}

void TranscriptionJob::time_words(std::span<Segment> segments, const AudioFeatures& features,
                                  std::size_t index, int frames, double last_speech) const {
  if (segments.empty()) return;
  check_stop();
  tools_.timestamper.add_words(segments, features,
                               {.index = index,
                                .frames = static_cast<std::size_t>(frames),
                                .language = result_.language,
                                .task = options_.task,
                                .last_speech = last_speech,
                                .prepend_punctuations = options_.prepend_punctuations,
                                .append_punctuations = options_.append_punctuations});
}

void TranscriptionJob::publish(std::vector<Segment> segments) {
  for (Segment& segment : segments) {
    said_.insert(said_.end(), segment.tokens.begin(), segment.tokens.end());
    segment.id = static_cast<int>(result_.segments.size());
    result_.segments.push_back(std::move(segment));
    if (events_.on_segment) events_.on_segment(result_.segments.back());
  }
}

void TranscriptionJob::report_progress(int seek) const {
  if (events_.on_progress) {
    events_.on_progress(seconds_of(std::min(seek, frames_)), result_.duration);
  }
}

Transcription TranscriptionJob::finish() {
  result_.text = tools_.tokenizer.decode(said_);
  if (result_.language.empty()) {  // nothing was heard
    result_.language = "en";
    result_.language_probability = 0;
  }
  report_progress(frames_);
  return std::move(result_);
}

std::pair<std::string, float> most_probable_language(
    const Network& network, const Tokenizer& tokenizer,
    const std::shared_ptr<const AudioFeatures>& features) {
  const auto probabilities = WindowDecoder{network, tokenizer}.detect_languages(features).front();
  const auto best = std::max_element(
      probabilities.begin(), probabilities.end(),
      [](const auto& one, const auto& other) { return one.second < other.second; });
  return *best;
}

}  // namespace whisper
