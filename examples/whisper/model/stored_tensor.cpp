// SPDX-License-Identifier: Apache-2.0
#include "model/stored_tensor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace whisper {

namespace {

// So many numbers are converted at a time: a count that is known lets the compiler use vectors, and
// the copy before it makes them aligned.
constexpr std::size_t kBlock = 64;

float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

// Without branches, so that it runs on vectors. Moves the exponent from one bias to the other;
// infinities need it moved once more, and for denormals the float unit does the normalising.
float from_float16(std::uint16_t bits) {
  constexpr std::uint32_t kRebias = (127U - 15U) << 23U;
  constexpr std::uint32_t kExponent = 0x7c00U << 13U;
  constexpr std::uint32_t kOne = 1U << 23U;
  const std::uint32_t magnitude = (bits & 0x7fffU) << 13U;
  const std::uint32_t exponent = magnitude & kExponent;
  const std::uint32_t top = exponent == kExponent ? kRebias : 0U;
  const std::uint32_t normal = magnitude + kRebias + top;
  const float denormal = std::bit_cast<float>(normal + kOne) - std::bit_cast<float>(kRebias + kOne);
  const std::uint32_t value = exponent == 0 ? std::bit_cast<std::uint32_t>(denormal) : normal;
  return std::bit_cast<float>(value | (bits & 0x8000U) << 16U);
}

template <typename Number, typename Convert>
void convert(std::span<const std::byte> from, std::span<float> to, Convert to_float) {
  std::array<Number, kBlock> numbers{};
  std::array<float, kBlock> floats{};
  while (to.size() >= kBlock) {
    std::memcpy(numbers.data(), from.data(), sizeof(numbers));
    for (std::size_t i = 0; i < kBlock; ++i) floats[i] = to_float(numbers[i]);
    std::memcpy(to.data(), floats.data(), sizeof(floats));
    from = from.subspan(sizeof(numbers));
    to = to.subspan(kBlock);
  }
  if (to.empty()) return;
  std::memcpy(numbers.data(), from.data(), to.size() * sizeof(Number));
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = to_float(numbers[i]);
}

template <typename Number>
Number number_at(std::span<const std::byte> bytes, std::size_t index) {
  Number number{};
  std::memcpy(&number, bytes.data() + index * sizeof(Number), sizeof(Number));
  return number;
}

// Numbers that share one scale follow each other: a row each, or all.
template <typename Number>
void divide_by_scales(const StoredTensor& tensor, std::span<float> to) {
  const std::size_t runs = tensor.scales.size() / sizeof(float);
  if (runs == 0) return;
  const std::size_t length = to.size() / runs;
  for (std::size_t run = 0; run < runs; ++run) {
    const auto scale = number_at<float>(tensor.scales, run);
    convert<Number>(tensor.bytes.subspan(run * length * sizeof(Number)),
                    to.subspan(run * length, length),
                    [scale](Number value) { return static_cast<float>(value) / scale; });
  }
}

void multiply_blocks(std::span<const std::byte> from, std::span<float> to) {
  constexpr std::size_t kNumbers = 32;
  for (; !to.empty(); to = to.subspan(kNumbers)) {
    const float factor = from_float16(number_at<std::uint16_t>(from, 0));
    std::array<std::int8_t, kNumbers> numbers{};
    std::memcpy(numbers.data(), from.data() + sizeof(std::uint16_t), kNumbers);
    std::array<float, kNumbers> floats{};
    for (std::size_t i = 0; i < kNumbers; ++i) floats[i] = factor * static_cast<float>(numbers[i]);
    std::memcpy(to.data(), floats.data(), sizeof(floats));
    from = from.subspan(sizeof(std::uint16_t) + kNumbers);
  }
}

}  // namespace

void copy_as_float32(const StoredTensor& tensor, std::span<float> to) {
  to = to.first(static_cast<std::size_t>(tensor.count()));
  switch (tensor.element) {
    case Element::float32: std::memcpy(to.data(), tensor.bytes.data(), to.size_bytes()); break;
    case Element::float16: convert<std::uint16_t>(tensor.bytes, to, from_float16); break;
    case Element::bfloat16: convert<std::uint16_t>(tensor.bytes, to, from_bfloat16); break;
    case Element::int8_rows: divide_by_scales<std::int8_t>(tensor, to); break;
    case Element::int16_scaled: divide_by_scales<std::int16_t>(tensor, to); break;
    case Element::q8_0: multiply_blocks(tensor.bytes, to); break;
  }
}

}  // namespace whisper
