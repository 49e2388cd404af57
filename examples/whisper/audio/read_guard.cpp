// SPDX-License-Identifier: Apache-2.0
#include "audio/read_guard.hpp"

#include <clams/util/error.hpp>

#include <algorithm>
#include <utility>

namespace whisper {

namespace {

// So that no sum of times overflows.
constexpr std::chrono::seconds kLongestTimeout{100 * 24 * 3600};

}  // namespace

ReadGuard::ReadGuard(AudioSource source)
    : source_(std::move(source)), left_(std::min(source_.decode_timeout, kLongestTimeout)) {
  if (source_.name.empty()) source_.name = source_.path.string();
}

bool ReadGuard::should_stop() const noexcept {
  return source_.stop.stop_requested() || Clock::now() >= deadline_;
}

void ReadGuard::check() const {
  if (source_.stop.stop_requested()) {
    throw clams::Error{clams::ErrorCode::cancelled, name() + ": reading was cancelled"};
  }
  if (Clock::now() >= deadline_) {
    refuse("decoding took longer than the limit of " +
           std::to_string(source_.decode_timeout.count()) + " s");
  }
}

void ReadGuard::count(std::size_t samples) {
  samples_ += static_cast<std::int64_t>(samples);
  if (samples_ / kSampleRate >= source_.longest.count() &&
      samples_ > source_.longest.count() * kSampleRate) {
    refuse("it is longer than the limit of " + std::to_string(source_.longest.count()) + " s");
  }
}

void ReadGuard::refuse(const std::string& problem) const {
  throw clams::Error{clams::ErrorCode::invalid_input, name() + ": " + problem};
}

}  // namespace whisper
