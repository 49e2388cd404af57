// SPDX-License-Identifier: Apache-2.0
#include "decode/sequential_mode.hpp"

#include "decode/hallucination.hpp"
#include "decode/silence.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace whisper {

namespace {

constexpr float kWild = 0.5F;  // text drawn at a higher temperature is not passed on

}  // namespace

SequentialMode::SequentialMode(TranscriptionJob& job)
    : job_(job),
      history_(job.tools().tokenizer, job.tools().network.dimensions(), job.options()),
      prefix_(encode_words(job.tools().tokenizer, job.options().prefix)) {}

Transcription SequentialMode::run(std::span<const Clip> clips) {
  int seek = 0;
  for (const Clip& clip : clips) {
    seek = std::max(seek, clip.begin);
    while (seek < clip.end) {
      const int next = transcribe_window(seek, clip.end);
      seek = next > seek ? next : clip.end;  // what does not go on would never end
      job_.report_progress(seek);
    }
  }
  return job_.finish();
}

int SequentialMode::transcribe_window(int seek, int end) {
  job_.check_stop();
  Window window{.seek = seek, .frames = std::min(kWindowFrames, end - seek)};
  const MelWindow mel = job_.read(seek, window.frames);
  if (is_inaudible(mel, window.frames)) return seek + window.frames;
  window.features = job_.encode({&mel, 1}, window.frames);
  job_.settle_language(seek, mel, window.features);

  const LadderResult result = decode(window);
  if (job_.ladder().is_silence(result.decoded)) return seek + window.frames;
  WindowSegments cut = cut_window(result.decoded, {.seek = seek, .frames = window.frames},
                                  job_.tools().tokenizer, job_.tools().network.dimensions());
  if (job_.options().word_timestamps) {
    const std::optional<int> next = place_words(window, cut);
    if (!next) return cut.next_seek;
    cut.next_seek = *next;
  }
  keep(std::move(cut.segments), result);
  return cut.next_seek;
}

LadderResult SequentialMode::decode(const Window& window) {
  DecodingOptions options = job_.window_options(window.seek);
  options.prefix = std::exchange(prefix_, {});
  options.prompt = options.prefix.empty() ? history_.prompt() : history_.prompt_without_hotwords();
  const auto check = [this] { job_.check_stop(); };
  return job_.ladder().decode(window.features, {&options, 1}, check).front();
}

std::optional<int> SequentialMode::place_words(const Window& window, WindowSegments& cut) {
  job_.time_words(cut.segments, *window.features, 0, window.frames, last_speech_);
  int next = cut.next_seek;
  if (!cut.single_timestamp_ending) {
    const auto word_end = last_word_end(cut.segments);
    if (word_end && *word_end > seconds_of(window.seek)) {
      next = static_cast<int>(std::nearbyint(*word_end * kFramesPerSecond));
    }
  }
  if (job_.options().hallucination_silence_threshold) {
    const SilenceSkip skip = skip_silence(cut.segments,
                                          {.seek = window.seek,
                                           .frames = window.frames,
                                           .content_frames = job_.frames(),
                                           .single_timestamp_ending = cut.single_timestamp_ending,
                                           .last_speech = last_speech_},
                                          *job_.options().hallucination_silence_threshold);
    next = skip.seek.value_or(next);
    if (skip.drop_window) {
      cut.next_seek = next;
      return std::nullopt;
    }
  }
  last_speech_ = last_word_end(cut.segments).value_or(last_speech_);
  return next;
}

void SequentialMode::keep(std::vector<Segment> segments, const LadderResult& result) {
  clear_empty_segments(segments);
  for (const Segment& segment : segments) history_.add(segment.tokens);
  job_.publish(std::move(segments));
  const bool is_wild = result.decoded.temperature > kWild ||
                       (!result.plausible && job_.options().temperatures.back() > kWild);
  if (!job_.options().condition_on_previous_text || is_wild) history_.forget();
}

}  // namespace whisper
