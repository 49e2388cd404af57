// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/network.hpp"
#include "decode/transcriber.hpp"
#include "decode/window_service.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace whisper {

/// What a window says, and whether it was found plausible.
struct LadderResult {
  DecodedWindow decoded = {};
  bool plausible = false;  ///< else the best of what all temperatures gave
};

/// Decodes windows at one temperature after the other until their text is plausible: it does not
/// repeat itself, and is no mere guess.
///
/// Ownership: borrows network, service and options.
/// Threads: confined.
/// Errors: as those of the service.
class TemperatureLadder {
 public:
  TemperatureLadder(const Network& network, WindowService& service,
                    const TranscribeOptions& options);

  /// @param windows what each window is decoded with, but for temperature, beams and seed: the seed
  ///   says what the window's own is made from.
  [[nodiscard]] std::vector<LadderResult> decode(
      const std::shared_ptr<const AudioFeatures>& features,
      std::span<const DecodingOptions> windows, const std::function<void()>& check_stop) const;

  /// Whether the window has no speech in it, as far as the network can tell.
  [[nodiscard]] bool is_silence(const DecodedWindow& window) const;

 private:
  [[nodiscard]] DecodingOptions at(float temperature, DecodingOptions window) const;
  [[nodiscard]] bool is_plausible(const DecodedWindow& window) const;
  [[nodiscard]] bool is_repetitive(const DecodedWindow& window) const;
  [[nodiscard]] bool is_guess(const DecodedWindow& window) const;
  [[nodiscard]] bool is_better(const DecodedWindow& one, const DecodedWindow& other) const;
  [[nodiscard]] std::vector<DecodedWindow> decode_at(
      float temperature, const std::shared_ptr<const AudioFeatures>& features,
      std::span<const DecodingOptions> windows, std::span<const std::size_t> chosen,
      const std::function<void()>& check_stop) const;

  const Network& network_;
  WindowService& service_;
  const TranscribeOptions& options_;
};

}  // namespace whisper
