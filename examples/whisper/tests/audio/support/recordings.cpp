// SPDX-License-Identifier: Apache-2.0
#include "audio/support/recordings.hpp"

#include <clams/util/files.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace whisper::testing {

namespace {

std::uint32_t number_at(const std::string& bytes, std::size_t offset, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes[offset + i]);
  }
  return value;
}

float from_half(std::uint32_t half) {
  const auto exponent = static_cast<int>(half >> 10U & 31U);
  const auto fraction = static_cast<float>(half & 1023U) / 1024.0F;
  const float size =
      exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0F + fraction, exponent - 15);
  return (half & 0x8000U) != 0 ? -size : size;
}

}  // namespace

std::filesystem::path recording(const std::string& name) {
  return std::filesystem::path{WHISPER_CASES_DIR} / "audio" / name;
}

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path{WHISPER_CASES_DIR} / "golden" / name;
}

std::vector<float> read_npy(const std::filesystem::path& path) {
  const auto bytes = clams::read_file(path);
  const std::size_t begin = 10 + number_at(bytes, 8, 2);
  const bool is_half = bytes.find("<f2") < begin;
  const std::size_t step = is_half ? 2 : 4;
  std::vector<float> numbers;
  for (std::size_t i = begin; i + step <= bytes.size(); i += step) {
    const auto value = number_at(bytes, i, step);
    numbers.push_back(is_half ? from_half(value) : std::bit_cast<float>(value));
  }
  return numbers;
}

std::vector<float> read_all(AudioReader& reader, std::size_t step) {
  std::vector<float> samples;
  std::vector<float> piece(step);
  while (const auto got = reader.read(piece)) {
    samples.insert(samples.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
  }
  return samples;
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file{path, std::ios::binary};
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    throw std::runtime_error{"cannot write " + path.string()};
  }
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  float largest = 0.0F;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return static_cast<double>(largest);
}

}  // namespace whisper::testing
