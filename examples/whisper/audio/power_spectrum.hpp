// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

inline constexpr int kFrameSamples = 400;  ///< 25 ms: what one spectrum is taken of
inline constexpr int kFrameHop = 160;      ///< 10 ms: from one frame to the next
inline constexpr int kBins = kFrameSamples / 2 + 1;

/// The same number of several frames, calculated with in one instruction.
inline constexpr std::size_t kLanes = 4;
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

/// Power spectra under a periodic Hann window, of four frames at once. A frame of 400 numbers is
/// transformed as 200 complex ones, by steps of 5, 5, 4 and 2.
///
/// Ownership: owns its tables and its room to calculate in.
/// Threads: confined.
/// Errors: none.
class PowerSpectrum {
 public:
  PowerSpectrum();

  /// The spectra of the frames that begin at the first sample and at the next three hops.
  /// @pre samples.size() >= 3 * kFrameHop + kFrameSamples
  void calculate(std::span<const float> samples, std::span<Lanes, kBins> power);

 private:
  static constexpr int kPoints = kFrameSamples / 2;

  struct Number {
    Lanes re;
    Lanes im;
  };
  struct Factor {
    float re;
    float im;
  };
  using Buffer = std::array<Number, kPoints>;

  template <std::size_t kRadix>
  static void step(std::size_t length, std::size_t stride, const std::vector<Factor>& factors,
                   const Buffer& from, Buffer& to);
  template <std::size_t kRadix>
  static void transform(std::array<Number, kRadix>& x);
  [[nodiscard]] static std::vector<Factor> make_factors(int radix, int length);
  void load(std::span<const float> samples);
  void unpack(std::span<Lanes, kBins> power) const;

  std::array<float, kFrameSamples> window_{};
  std::array<std::vector<Factor>, 4> factors_;  // of each step
  std::array<Factor, kPoints / 2> turns_{};     // that part the real spectrum from the complex one
  Buffer values_{};
  Buffer scratch_{};
};

}  // namespace whisper
