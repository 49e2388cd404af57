// SPDX-License-Identifier: Apache-2.0
#include "audio/mel_spectrogram.hpp"

#include "audio/log_mel_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace whisper {

namespace {

constexpr float kSilence = -10.0F;  // the logarithm of a silent frame
constexpr float kDynamicRange = 8.0F;

/// What the first reading of a recording tells.
struct FirstReading {
  std::vector<float> logs = {};  // of all its frames, or empty if they are too many to keep
  std::int64_t samples = 0;
  float loudest = kSilence;
  bool is_kept = true;
};

FirstReading read_all(LogMelStream& stream, const MelOptions& options) {
  FirstReading reading;
  const auto most = static_cast<std::size_t>(options.kept_frames * options.mels);
  std::size_t done = 0;
  while (stream.next(reading.logs)) {
    const auto fresh = reading.logs.begin() + static_cast<std::ptrdiff_t>(done);
    reading.loudest = std::max(reading.loudest, *std::max_element(fresh, reading.logs.end()));
    if (reading.logs.size() > most) reading.is_kept = false;
    if (!reading.is_kept) reading.logs.clear();
    done = reading.logs.size();
  }
  if (!reading.is_kept) reading.logs = {};  // gives the memory back
  reading.samples = stream.samples();
  return reading;
}

/// Ownership: owns the frames, or those ahead and the reader that they come from.
/// Threads: confined.
/// Errors: whatever the reader throws.
class StreamedSpectrogram final : public MelSpectrogram {
 public:
  StreamedSpectrogram(FirstReading reading, std::unique_ptr<LogMelStream> stream,
                      const MelOptions& options)
      : reading_(std::move(reading)), stream_(std::move(stream)), options_(options) {}

  [[nodiscard]] std::int64_t frames() const override { return reading_.samples / kFrameHop; }

  [[nodiscard]] MelWindow window(std::int64_t first, std::int64_t count) override {
    first = std::max(first, first_);
    const auto asked = std::clamp<std::int64_t>(count, 0, kWindowFrames);
    count = std::clamp<std::int64_t>(frames() - first, 0, asked);
    // As the network was trained: the sound's last traces, then silence.
    const bool has_traces = options_.padding == Padding::silence && first + count == frames();
    const auto wanted = has_traces ? std::int64_t{kWindowFrames} : asked;
    if (stream_) advance(first, first + wanted);
    MelWindow made;
    made.mels = options_.mels;
    const float empty = options_.padding == Padding::openai ? 0.0F : scaled(kSilence);
    made.values.assign(static_cast<std::size_t>(options_.mels) * kWindowFrames, empty);
    fill_silence(made, count, asked);
    fill(made, first, wanted);
    return made;
  }

 private:
  [[nodiscard]] float scaled(float log) const {
    return (std::max(log, reading_.loudest - kDynamicRange) + 4.0F) / 4.0F;
  }

  [[nodiscard]] std::int64_t end() const {
    return first_ + static_cast<std::int64_t>(reading_.logs.size()) / options_.mels;
  }

  /// Has the frames up to `until`, if there are so many, and none before `first`.
  void advance(std::int64_t first, std::int64_t until) {
    forget_before(first);
    while (end() < until && stream_->next(reading_.logs)) forget_before(first);
  }

  void forget_before(std::int64_t first) {
    const auto gone = std::min(first, end()) - first_;
    const auto begin = reading_.logs.begin();
    reading_.logs.erase(begin, begin + static_cast<std::ptrdiff_t>(gone * options_.mels));
    first_ += gone;
  }

  /// What was asked for of the time after the recording is silence, whatever the padding.
  void fill_silence(MelWindow& made, std::int64_t from, std::int64_t to) const {
    for (int mel = 0; mel < options_.mels; ++mel) {
      const auto row = made.values.begin() + std::ptrdiff_t{mel} * kWindowFrames;
      std::fill(row + from, row + to, scaled(kSilence));
    }
  }

  void fill(MelWindow& made, std::int64_t first, std::int64_t count) const {
    const auto mels = static_cast<std::size_t>(options_.mels);
    const auto frames = static_cast<std::size_t>(
        std::clamp<std::int64_t>(std::min(first + count, end()) - first, 0, kWindowFrames));
    if (frames == 0) return;
    const float* logs = reading_.logs.data() + static_cast<std::size_t>(first - first_) * mels;
    for (std::size_t frame = 0; frame < frames; ++frame, logs += mels) {
      for (std::size_t mel = 0; mel < mels; ++mel) {
        made.values[mel * kWindowFrames + frame] = scaled(logs[mel]);
      }
    }
  }

  FirstReading reading_;  // its frames begin with first_
  std::unique_ptr<LogMelStream> stream_;
  MelOptions options_;
  std::int64_t first_ = 0;
};

}  // namespace

std::unique_ptr<MelSpectrogram> make_mel_spectrogram(const AudioOpener& open,
                                                     const MelOptions& options) {
  auto stream = std::make_unique<LogMelStream>(open(), options.mels);
  auto reading = read_all(*stream, options);
  stream.reset();
  if (!reading.is_kept) stream = std::make_unique<LogMelStream>(open(), options.mels);
  return std::make_unique<StreamedSpectrogram>(std::move(reading), std::move(stream), options);
}

}  // namespace whisper
