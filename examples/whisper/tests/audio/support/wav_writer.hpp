// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace whisper::testing {

/// What a test writes as a WAV file.
struct WavContent {
  int format = 1;  ///< 1 integers, 3 floats, 6 A-law, 7 mu-law
  int bits = 16;
  int rate = 16000;
  int channels = 1;
  std::string data = {};
  bool is_extensible = false;
};

/// The numbers as little-endian samples of `bits` bits; floats for format 3.
[[nodiscard]] std::string wav_data(const std::vector<double>& samples, int format, int bits);

/// The whole file.
[[nodiscard]] std::string wav_file(const WavContent& content);

/// A sine of `hertz`, with an amplitude of a half.
[[nodiscard]] std::vector<double> sine(double hertz, int rate, std::size_t samples);

}  // namespace whisper::testing
