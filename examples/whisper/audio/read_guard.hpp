// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace whisper {

/// Holds a reader to the limits of its source. Only the time inside the reader counts: a recording
/// that is read piece by piece while it is transcribed may stay open for long.
///
/// Ownership: owns a copy of the source.
/// Threads: confined.
/// Errors: `check` and `count` as stated; `should_stop` never throws, for callbacks from C.
class ReadGuard {
 public:
  explicit ReadGuard(AudioSource source);

  /// Lets the time run while it lives.
  class Running {
   public:
    explicit Running(ReadGuard& guard) : guard_(guard), begin_(Clock::now()) {
      guard_.deadline_ = begin_ + guard_.left_;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Running(Running&&) = delete;
    Running& operator=(Running&&) = delete;
    ~Running() { guard_.left_ -= Clock::now() - begin_; }

   private:
    ReadGuard& guard_;
    std::chrono::steady_clock::time_point begin_;
  };

  [[nodiscard]] const AudioSource& source() const noexcept { return source_; }
  /// What messages call the source.
  [[nodiscard]] const std::string& name() const noexcept { return source_.name; }

  [[nodiscard]] bool should_stop() const noexcept;

  /// @throws clams::Error cancelled if it was asked to stop, invalid_input if the time is over.
  void check() const;

  /// `samples` more will be given out.
  /// @throws clams::Error invalid_input if they are more than the source may have.
  void count(std::size_t samples);

  /// Throws clams::Error invalid_input: the source's name, then `problem`.
  [[noreturn]] void refuse(const std::string& problem) const;

 private:
  using Clock = std::chrono::steady_clock;

  AudioSource source_;
  std::int64_t samples_ = 0;
  Clock::duration left_;
  Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace whisper
