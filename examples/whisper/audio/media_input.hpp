// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/libav.hpp"
#include "audio/read_guard.hpp"
#include "audio/source_file.hpp"

#include <cstdint>
#include <exception>

namespace whisper {

/// A media file's container, opened by FFmpeg over our own descriptor. FFmpeg opens nothing itself:
/// a playlist that names other files or addresses reaches none of them.
///
/// Ownership: owns the file; borrows the guard, which must outlive it.
/// Threads: confined.
/// Errors: throws clams::Error invalid_input if it is no media file or is a playlist, io, and what
///   the guard throws.
class MediaInput {
 public:
  explicit MediaInput(const ReadGuard& guard);
  MediaInput(const MediaInput&) = delete;
  MediaInput& operator=(const MediaInput&) = delete;
  MediaInput(MediaInput&&) = delete;
  MediaInput& operator=(MediaInput&&) = delete;
  ~MediaInput() = default;

  /// The audio stream that the source asks for. The others are no longer read.
  [[nodiscard]] AVStream& select_audio();

  /// Reads the next packet; false at the end of what can be read.
  [[nodiscard]] bool read(AVPacket& packet);

  /// How long it says it is, in seconds; negative if it does not say.
  [[nodiscard]] double seconds(const AVStream& stream) const;

 private:
  static int read_bytes(void* self, std::uint8_t* buffer, int size) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;
  [[nodiscard]] const AVInputFormat* probe();
  void open(const AVInputFormat* kind);
  void require(int result, const char* problem) const;

  const ReadGuard& guard_;
  SourceFile file_;
  std::int64_t position_ = 0;
  std::exception_ptr failure_;  // of the file itself, while FFmpeg's C code was running
  libav::Io io_;
  libav::Format format_;
};

}  // namespace whisper
