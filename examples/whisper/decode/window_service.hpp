// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/network.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace whisper {

/// Where a Transcriber has its windows decoded: alone, or together with those of other requests.
///
/// Ownership: up to the implementation.
/// Threads: confined, to one request.
/// Errors: what the network and `check_stop` throw.
class WindowService {
 public:
  WindowService() = default;
  WindowService(const WindowService&) = delete;
  WindowService& operator=(const WindowService&) = delete;
  WindowService(WindowService&&) = delete;
  WindowService& operator=(WindowService&&) = delete;
  virtual ~WindowService() = default;

  /// Decodes every window of the features.
  /// @param options one per window, such as WindowDecoder takes side by side.
  /// @param check_stop asked now and then; throws to end the work. May be empty.
  [[nodiscard]] virtual std::vector<DecodedWindow> decode(
      std::shared_ptr<const AudioFeatures> features, std::span<const DecodingOptions> options,
      const std::function<void()>& check_stop) = 0;
};

}  // namespace whisper
