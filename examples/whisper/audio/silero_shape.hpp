// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace whisper {

// The shape of silero-vad's network for 16 kHz, which its files do not tell.
inline constexpr std::size_t kSileroContext = 64;  ///< samples seen again before each chunk
inline constexpr std::size_t kSileroFrame = 256;   ///< samples of a spectrum
inline constexpr std::size_t kSileroHop = 128;
inline constexpr std::size_t kSileroFrames = 4;  ///< spectra of a chunk
inline constexpr std::size_t kSileroBins = kSileroFrame / 2 + 1;
inline constexpr std::size_t kSileroWidth = 128;  ///< of the recurrent cell

/// A convolution over three points in time, with silence before and after.
struct SileroConvolution {
  std::size_t outputs;
  std::size_t inputs;
  std::size_t stride;
};

inline constexpr std::array kSileroConvolutions{
    SileroConvolution{128, kSileroBins, 1},
    SileroConvolution{64, 128, 2},
    SileroConvolution{64, 64, 2},
    SileroConvolution{kSileroWidth, 64, 1},
};

}  // namespace whisper
