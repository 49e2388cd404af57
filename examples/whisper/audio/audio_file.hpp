// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/media_file.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace whisper {

inline constexpr int kSampleRate = 16000;

/// What to take from a media file, and how much of it at most.
struct AudioSource {
  std::filesystem::path path = {};
  /// The file, if it is open already: `path` is then not opened. Borrowed.
  const clams::MediaFile* file = nullptr;
  /// The file's content, if it is in memory already: `path` is then not opened. Borrowed.
  std::optional<std::span<const std::byte>> bytes = {};
  std::string name = {};                      ///< for messages; empty: the path
  std::optional<int> stream = {};             ///< of its audio streams, from 0; none: the first
  std::chrono::seconds longest{24 * 3600};    ///< more audio than this is an error
  std::chrono::seconds decode_timeout{3600};  ///< a file that takes longer to decode is an error
  std::stop_token stop = {};
};

/// The sound of a media file, decoded as it is read: 16 kHz, mono, in [-1, 1].
///
/// Ownership: owns the open file.
/// Threads: confined.
/// Errors: `read` throws clams::Error invalid_input for data that cannot be decoded, and for
///   audio beyond the limits; cancelled if it was asked to stop.
class AudioReader {
 public:
  AudioReader() = default;
  AudioReader(const AudioReader&) = delete;
  AudioReader& operator=(const AudioReader&) = delete;
  AudioReader(AudioReader&&) = delete;
  AudioReader& operator=(AudioReader&&) = delete;
  virtual ~AudioReader() = default;

  /// The next samples, up to as many as fit; 0 only at the end.
  [[nodiscard]] virtual std::size_t read(std::span<float> samples) = 0;

  /// How many samples there will be, if the file says; for progress only.
  [[nodiscard]] virtual std::optional<std::size_t> expected_samples() const = 0;
};

/// Opens a media file: any container and codec if built with FFmpeg, else WAV.
/// @throws clams::Error not_found, io; invalid_input if it is no media file, has no audio, or not
///   the stream that is asked for. Each message names the source.
[[nodiscard]] std::unique_ptr<AudioReader> open_audio(const AudioSource& source);

/// Samples that are already in memory, as a reader. Borrows them.
[[nodiscard]] std::unique_ptr<AudioReader> read_samples(std::span<const float> samples);

}  // namespace whisper
