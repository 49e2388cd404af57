// SPDX-License-Identifier: Apache-2.0
#include "audio/audio_file.hpp"

#include "audio/wav_reader.hpp"
#ifdef WHISPER_HAS_FFMPEG
#include "audio/media_reader.hpp"
#endif

#include <algorithm>

namespace whisper {

namespace {

/// Ownership: borrows the samples.
/// Threads: confined.
/// Errors: none.
class MemoryReader final : public AudioReader {
 public:
  explicit MemoryReader(std::span<const float> samples) : size_(samples.size()), left_(samples) {}

  std::size_t read(std::span<float> samples) override {
    const auto count = std::min(samples.size(), left_.size());
    std::copy_n(left_.begin(), count, samples.begin());
    left_ = left_.subspan(count);
    return count;
  }

  [[nodiscard]] std::optional<std::size_t> expected_samples() const override { return size_; }

 private:
  std::size_t size_;
  std::span<const float> left_;
};

}  // namespace

std::unique_ptr<AudioReader> open_audio(const AudioSource& source) {
#ifdef WHISPER_HAS_FFMPEG
  // FFmpeg gives the same samples for it, but takes 20 ms to make sure that they are no DTS.
  if (auto plain = try_open_plain_wav(source)) return plain;
  return open_media(source);
#else
  return open_wav(source);
#endif
}

std::unique_ptr<AudioReader> read_samples(std::span<const float> samples) {
  return std::make_unique<MemoryReader>(samples);
}

}  // namespace whisper
