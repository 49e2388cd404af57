// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"
#include "audio/mel_filters.hpp"
#include "audio/power_spectrum.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace whisper {

/// The logarithms of a recording's mel spectra, frame after frame as it is read. The start is
/// mirrored to the left of it; after the end there is silence.
///
/// Ownership: owns the reader.
/// Threads: confined.
/// Errors: whatever the reader throws.
class LogMelStream {
 public:
  LogMelStream(std::unique_ptr<AudioReader> audio, int mels);

  /// Appends the next frames (some 0.6 seconds of them), each of `mels` numbers; false if there are
  /// no more. The last frames are the one or two after the end that still touch the sound.
  [[nodiscard]] bool next(std::vector<float>& logs);

  /// How many samples there were so far.
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }

 private:
  void read_until(std::size_t size);
  void mirror_start();
  [[nodiscard]] std::int64_t frames_left() const;

  std::unique_ptr<AudioReader> audio_;
  MelFilters filters_;
  PowerSpectrum spectrum_;
  std::vector<float> sound_;  // from the first sample of the next frame on
  std::int64_t samples_ = 0;
  std::int64_t frames_ = 0;  // given out
  bool ended_ = false;
};

}  // namespace whisper
