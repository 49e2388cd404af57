// SPDX-License-Identifier: Apache-2.0
#include "audio/log_mel_stream.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

namespace whisper {

namespace {

constexpr std::size_t kBlockFrames = 64;
constexpr std::size_t kHop = kFrameHop;
constexpr std::size_t kHalf = kFrameSamples / 2;  // of a frame, before the sample it is centred on
constexpr std::size_t kBlockSamples = (kBlockFrames - 1) * kHop + kFrameSamples;

}  // namespace

LogMelStream::LogMelStream(std::unique_ptr<AudioReader> audio, int mels)
    : audio_(std::move(audio)), filters_(mels) {
  mirror_start();
}

void LogMelStream::mirror_start() {
  read_until(kHalf + 1);
  sound_.resize(std::max(sound_.size(), kHalf + 1), 0.0F);
  std::array<float, kHalf> mirrored{};
  std::reverse_copy(sound_.begin() + 1, sound_.begin() + 1 + kHalf, mirrored.begin());
  sound_.insert(sound_.begin(), mirrored.begin(), mirrored.end());
}

void LogMelStream::read_until(std::size_t size) {
  auto filled = sound_.size();
  if (filled >= size || ended_) return;
  sound_.resize(size);
  while (filled < size && !ended_) {
    const auto got = audio_->read(std::span{sound_}.subspan(filled));
    filled += got;
    samples_ += static_cast<std::int64_t>(got);
    ended_ = got == 0;
  }
  sound_.resize(filled);
}

std::int64_t LogMelStream::frames_left() const {
  if (!ended_) return std::numeric_limits<std::int64_t>::max();
  if (samples_ == 0) return 0;
  return (samples_ + std::int64_t{kHalf} - 1) / kFrameHop + 1 - frames_;
}

bool LogMelStream::next(std::vector<float>& logs) {
  read_until(kBlockSamples);
  sound_.resize(std::max(sound_.size(), kBlockSamples), 0.0F);  // silence after the end
  const auto count = static_cast<std::size_t>(
      std::min<std::int64_t>(static_cast<std::int64_t>(kBlockFrames), frames_left()));
  const auto mels = static_cast<std::size_t>(filters_.mels());
  const auto before = logs.size();
  logs.resize(before + kBlockFrames * mels);
  std::array<Lanes, kBins> power;
  for (std::size_t frame = 0; frame < count; frame += kLanes) {
    spectrum_.calculate(std::span{sound_}.subspan(frame * kHop), power);
    filters_.apply(power, std::span{logs}.subspan(before + frame * mels, kLanes * mels));
  }
  logs.resize(before + count * mels);
  frames_ += static_cast<std::int64_t>(count);
  sound_.erase(sound_.begin(), sound_.begin() + static_cast<std::ptrdiff_t>(count * kHop));
  return count != 0;
}

}  // namespace whisper
