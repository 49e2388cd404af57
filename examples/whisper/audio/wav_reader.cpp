// SPDX-License-Identifier: Apache-2.0
#include "audio/wav_reader.hpp"

#include "audio/decoded_samples.hpp"
#include "audio/read_guard.hpp"
#include "audio/resampler.hpp"
#include "audio/source_file.hpp"
#include "audio/wav_format.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace whisper {

namespace {

constexpr std::int64_t kBlockFrames = 4096;

WavFormat format_of(const SourceFile& file, const ReadGuard& guard) {
  if (const int stream = guard.source().stream.value_or(0); stream != 0) {
    guard.refuse("it has no audio stream " + std::to_string(stream) + "; a WAV file has only 0");
  }
  try {
    return read_wav_format(file);
  } catch (const clams::Error& error) {
    if (error.code() != clams::ErrorCode::invalid_input) throw;
    guard.refuse(error.what());
  }
}

/// Ownership: owns the file.
/// Threads: confined.
/// Errors: as AudioReader.
class WavReader final : public AudioReader {
 public:
  explicit WavReader(const AudioSource& source)
      : guard_(source),
        file_(source, guard_.name()),
        format_(format_of(file_, guard_)),
        resampler_(format_.rate),
        offset_(format_.data_begin) {}

  std::size_t read(std::span<float> samples) override {
    const ReadGuard::Running running{guard_};
    const auto decode = [this](std::vector<float>& to) { decode_block(to); };
    return decoded_.read(samples, decode, std::identity{});
  }

  [[nodiscard]] std::optional<std::size_t> expected_samples() const override {
    const auto seconds = static_cast<double>(format_.frames()) / format_.rate;
    return static_cast<std::size_t>(std::ceil(seconds * kSampleRate));
  }

  /// Whether the samples are given out as they are stored.
  [[nodiscard]] bool is_plain() const {
    return format_.encoding == WavEncoding::int16 && format_.channels == 1 &&
           format_.rate == kSampleRate;
  }

 private:
  /// Reads until there are samples; none are the end.
  void decode_block(std::vector<float>& samples) {
    while (samples.empty() && !ended_) {
      guard_.check();
      read_block(samples);
    }
    guard_.count(samples.size());
  }

  void read_block(std::vector<float>& samples) {
    const auto left = (format_.data_end - offset_) / format_.frame_bytes();
    const auto frames = static_cast<std::size_t>(std::min(left, kBlockFrames));
    const auto frame_bytes = static_cast<std::size_t>(format_.frame_bytes());
    bytes_.resize(frames * frame_bytes);
    const auto got = file_.read_at(offset_, bytes_);
    offset_ += static_cast<std::int64_t>(got);
    mono_.resize(got / frame_bytes);  // fewer if the file is cut while it is read
    mix_wav_frames(format_, bytes_, mono_);
    resampler_.push(mono_, samples);
    if (mono_.empty()) {
      resampler_.finish(samples);
      ended_ = true;
    }
  }

  ReadGuard guard_;
  SourceFile file_;
  WavFormat format_;
  Resampler resampler_;
  std::int64_t offset_;
  std::vector<std::byte> bytes_;
  std::vector<float> mono_;
  DecodedSamples<float> decoded_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<AudioReader> try_open_plain_wav(const AudioSource& source) {
  try {
    auto reader = std::make_unique<WavReader>(source);
    if (reader->is_plain()) return reader;
  } catch (const clams::Error& error) {
    if (error.code() != clams::ErrorCode::invalid_input) throw;
  }
  return nullptr;  // for another reader to judge
}

std::unique_ptr<AudioReader> open_wav(const AudioSource& source) {
  return std::make_unique<WavReader>(source);
}

}  // namespace whisper
