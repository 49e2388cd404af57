// SPDX-License-Identifier: Apache-2.0
#include "audio/support/wav_writer.hpp"

#include <bit>
#include <cmath>
#include <numbers>

namespace whisper::testing {

namespace {

void put(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

std::uint64_t stored(double sample, int format, int bits) {
  if (format == 3 && bits == 64) return std::bit_cast<std::uint64_t>(sample);
  if (format == 3) return std::bit_cast<std::uint32_t>(static_cast<float>(sample));
  const double scaled = std::round(std::ldexp(sample, bits - 1));
  const double largest = std::ldexp(1.0, bits - 1) - 1.0;
  const auto value = static_cast<std::int64_t>(std::min(scaled, largest));
  return static_cast<std::uint64_t>(bits == 8 ? value + 128 : value);
}

}  // namespace

std::string wav_data(const std::vector<double>& samples, int format, int bits) {
  std::string bytes;
  for (const double sample : samples) put(bytes, stored(sample, format, bits), bits / 8);
  return bytes;
}

std::string wav_file(const WavContent& content) {
  const auto number = [](int value) { return static_cast<std::uint64_t>(value); };
  const int frame = content.channels * content.bits / 8;
  std::string header;
  put(header, number(content.is_extensible ? 0xFFFE : content.format), 2);
  put(header, number(content.channels), 2);
  put(header, number(content.rate), 4);
  put(header, number(content.rate * frame), 4);
  put(header, number(frame), 2);
  put(header, number(content.bits), 2);
  if (content.is_extensible) {
    put(header, 22, 2);
    put(header, number(content.bits), 2);
    put(header, 0, 4);
    put(header, number(content.format), 2);
    header += std::string{"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71", 14};
  }
  std::string file = "RIFF";
  put(file, header.size() + content.data.size() + 20, 4);
  file += "WAVEfmt ";
  put(file, header.size(), 4);
  file += header + "data";
  put(file, content.data.size(), 4);
  return file + content.data;
}

std::vector<double> sine(double hertz, int rate, std::size_t samples) {
  std::vector<double> values(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    values[i] = 0.5 * std::sin(2.0 * std::numbers::pi * hertz * static_cast<double>(i) / rate);
  }
  return values;
}

}  // namespace whisper::testing
