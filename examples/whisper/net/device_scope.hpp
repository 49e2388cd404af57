// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/Stream.h>
#include <c10/core/StreamGuard.h>
#include <optional>

namespace whisper {

/// A queue of a device's work of its own, so that requests do not wait for each other; none for the
/// processor.
[[nodiscard]] inline std::optional<c10::Stream> stream_of_its_own(c10::Device device) {
  if (device.is_cpu()) return std::nullopt;
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

/// While it lives, this thread's libtorch calls are for inference, in the stream's queue.
///
/// Ownership: a value.
/// Threads: confined.
/// Errors: what libtorch throws.
class DeviceScope {
 public:
  explicit DeviceScope(std::optional<c10::Stream> stream) : stream_(stream) {
    if (stream_) guard_.reset_stream(*stream_);
  }

  /// Returns once the device has done all that it was asked.
  void wait() const {
    if (stream_) stream_->synchronize();
  }

 private:
  c10::InferenceMode inference_;
  at::NoTF32Guard exact_;  // float32 is to mean float32
  std::optional<c10::Stream> stream_;
  c10::OptionalStreamGuard guard_;
};

}  // namespace whisper
