// SPDX-License-Identifier: Apache-2.0
#include "decode/batched_mode.hpp"

#include "decode/chunks.hpp"
#include "decode/hallucination.hpp"
#include "decode/silence.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace whisper {

namespace {

constexpr int kWorthwhile = 100;  // frames: what is shorter is not decoded again

}  // namespace

BatchedMode::BatchedMode(TranscriptionJob& job)
    : job_(job),
      history_(job.tools().tokenizer, job.tools().network.dimensions(), job.options()),
      prefix_(encode_words(job.tools().tokenizer, job.options().prefix)) {}

Transcription BatchedMode::run(std::span<const Clip> clips) {
  const auto most = static_cast<std::size_t>(job_.options().batch_size);
  for (const Clip& clip : clips) {
    for (int seek = std::max(clip.begin, read_until_); seek < clip.end; seek = read_until_) {
      read_until_ = add_chunk(seek, clip.end);
      if (chunks_.size() == most) decode_chunks();
    }
  }
  decode_chunks();
  return job_.finish();
}

int BatchedMode::add_chunk(int seek, int end) {
  job_.check_stop();
  int frames = std::min(kWindowFrames, end - seek);
  MelWindow mel = job_.read(seek, frames);
  if (seek + frames < end) {
    frames = quiet_cut(mel);
    mel = job_.read(seek, frames);
  }
  if (!is_inaudible(mel, frames)) {
    job_.settle_language(seek, mel, {});
    chunks_.push_back({.seek = seek,
                       .end = seek + frames,
                       .mel = std::move(mel),
                       .prefix = std::exchange(prefix_, {})});
  }
  return seek + frames;
}

void BatchedMode::decode_chunks() {
  std::vector<Chunk*> open;
  open.reserve(chunks_.size());
  for (Chunk& chunk : chunks_) open.push_back(&chunk);
  while (!open.empty()) {
    decode_once(open);
    std::erase_if(open, [](const Chunk* chunk) { return chunk->seek >= chunk->end; });
  }
  for (Chunk& chunk : chunks_) {
    last_speech_ = last_word_end(chunk.segments).value_or(last_speech_);
    clear_empty_segments(chunk.segments);
    job_.publish(std::move(chunk.segments));
  }
  chunks_.clear();
  job_.report_progress(read_until_);
}

void BatchedMode::decode_once(std::span<Chunk* const> chunks) {
  std::vector<MelWindow> windows;
  std::vector<DecodingOptions> options;
  int longest = 0;
  for (Chunk* chunk : chunks) {
    longest = std::max(longest, chunk->end - chunk->seek);
    windows.push_back(chunk->mel);
    options.push_back(job_.window_options(chunk->seek));
    options.back().prefix = std::exchange(chunk->prefix, {});
    options.back().prompt =
        options.back().prefix.empty() ? history_.prompt() : history_.prompt_without_hotwords();
  }
  const auto features = job_.encode(windows, longest);
  windows.clear();
  const auto check = [this] { job_.check_stop(); };
  const std::vector<LadderResult> results = job_.ladder().decode(features, options, check);
  for (std::size_t i = 0; i < chunks.size(); ++i) take(*chunks[i], results[i], *features, i);
}

void BatchedMode::take(Chunk& chunk, const LadderResult& result, const AudioFeatures& features,
                       std::size_t index) {
  const int seek = std::exchange(chunk.seek, chunk.end);
  if (job_.ladder().is_silence(result.decoded)) return;
  const WindowSpan span{
      .seek = seek, .frames = chunk.end - seek, .unfinished = UnfinishedText::keep};
  WindowSegments cut =
      cut_window(result.decoded, span, job_.tools().tokenizer, job_.tools().network.dimensions());
  if (job_.options().word_timestamps) {
    const double last_speech = last_word_end(chunk.segments).value_or(last_speech_);
    job_.time_words(cut.segments, features, index, span.frames, last_speech);
  }
  std::move(cut.segments.begin(), cut.segments.end(), std::back_inserter(chunk.segments));
  if (cut.next_seek > seek && chunk.end - cut.next_seek >= kWorthwhile) {
    go_on_at(chunk, seek, cut.next_seek);
  }
}

void BatchedMode::go_on_at(Chunk& chunk, int before, int seek) {
  const MelWindow padding = job_.read(read_until_, 0);
  chunk.mel = later_part(chunk.mel, seek - before, chunk.end - seek, padding);
  if (!is_inaudible(chunk.mel, chunk.end - seek)) chunk.seek = seek;
}

}  // namespace whisper
