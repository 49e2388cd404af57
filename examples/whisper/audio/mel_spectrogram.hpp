// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace whisper {

inline constexpr int kFramesPerSecond = 100;
inline constexpr int kWindowFrames = 3000;  ///< 30 seconds: what the encoder takes

/// What follows the end of the audio in its last window.
enum class Padding {
  openai,  ///< zeros in the spectrogram, as OpenAI's transcribe() has it
  silence  ///< the spectrogram of silence, as the network was trained
};

/// One encoder input: `mels` rows of `frames` columns.
struct MelWindow {
  int mels = 0;
  int frames = kWindowFrames;
  std::vector<float> values = {};  ///< row-major: values[mel * frames + frame]
};

/// The log-mel spectrogram of one recording, of OpenAI's definition, to be read from front to back.
/// Its scale depends on the loudest frame of the whole recording.
///
/// Ownership: owns what it has read. A long recording is read twice, so that no more than the
///   frames ahead are kept.
/// Threads: confined.
/// Errors: whatever the readers throw.
class MelSpectrogram {
 public:
  MelSpectrogram() = default;
  MelSpectrogram(const MelSpectrogram&) = delete;
  MelSpectrogram& operator=(const MelSpectrogram&) = delete;
  MelSpectrogram(MelSpectrogram&&) = delete;
  MelSpectrogram& operator=(MelSpectrogram&&) = delete;
  virtual ~MelSpectrogram() = default;

  /// How many frames (10 ms) of audio there are.
  [[nodiscard]] virtual std::int64_t frames() const = 0;

  /// `count` frames from `first`, at most a window, padded to a whole window. Frames before `first`
  /// may be gone afterwards: a later call never asks for an earlier one.
  /// After the end of the recording there is silence. What lies past `first + count` is zeros for
  /// Padding::openai; for Padding::silence it is the silence floor, after the one or two frames
  /// that still touch the sound if it ends there.
  [[nodiscard]] virtual MelWindow window(std::int64_t first, std::int64_t count) = 0;
};

/// How the spectrogram is made.
struct MelOptions {
  int mels = 80;
  Padding padding = Padding::silence;
  /// Recordings up to this long are read once and kept.
  std::int64_t kept_frames = std::int64_t{30} * 60 * kFramesPerSecond;
};

/// Opens the recording from its start; called once or twice.
using AudioOpener = std::function<std::unique_ptr<AudioReader>()>;

/// Reads the recording to its end.
[[nodiscard]] std::unique_ptr<MelSpectrogram> make_mel_spectrogram(const AudioOpener& open,
                                                                   const MelOptions& options);

}  // namespace whisper
