// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

namespace whisper {

/// How far the transcription of one recording is, on one line of a terminal that is written again
/// and again: audio seconds done, speed in multiples of real time, time to go.
///
/// Ownership: borrows stream and clock.
/// Threads: confined.
/// Errors: none.
class ProgressBar {
 public:
  /// @param name of the recording
  ProgressBar(std::ostream& out, std::string name, const clams::Clock& clock = clams::real_clock());
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ProgressBar(ProgressBar&&) = delete;
  ProgressBar& operator=(ProgressBar&&) = delete;
  /// The line is gone.
  ~ProgressBar();

  /// `done` of `of` seconds of audio; writes at most ten times a second.
  void show(double done, double of);

 private:
  std::ostream& out_;
  std::string name_;
  const clams::Clock& clock_;
  clams::Clock::SteadyTime start_;
  clams::Clock::SteadyTime last_{};
  std::size_t width_ = 0;  // of the line that stands there
};

/// `talk.mp3  32.0 of 158.0 s  20 %  12.3x real time  0:10 to go`
[[nodiscard]] std::string progress_line(const std::string& name, double done, double of,
                                        std::chrono::duration<double> spent);

}  // namespace whisper
