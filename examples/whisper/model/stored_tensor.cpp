// SPDX-License-Identifier: Apache-2.0
#include "model/stored_tensor.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace whisper {

namespace {

// Weights are read by the gigabyte, and what compilers make of plain loops differs tenfold. These
// vectors of four, which both GCC and clang have on every processor, leave them no choice.
constexpr std::size_t kFour = 4;
using Bits = std::uint32_t __attribute__((vector_size(16)));
using Floats = float __attribute__((vector_size(16)));
using FourBytes = std::int8_t __attribute__((vector_size(4)));
using FourShorts = std::int16_t __attribute__((vector_size(8)));
using FourHalves = std::uint16_t __attribute__((vector_size(8)));

Floats as_floats(Bits bits) { return std::bit_cast<Floats>(bits); }

struct Int8 {
  using Four = FourBytes;
  static Floats floats(Four numbers) { return __builtin_convertvector(numbers, Floats); }
};

struct Int16 {
  using Four = FourShorts;
  static Floats floats(Four numbers) { return __builtin_convertvector(numbers, Floats); }
};

struct BFloat16 {
  using Four = FourHalves;
  static Floats floats(Four numbers) {
    return as_floats(__builtin_convertvector(numbers, Bits) << 16U);
  }
};

struct Float16 {
  using Four = FourHalves;

  // Moves the exponent from one bias to the other; infinities need it moved once more, and the
  // float unit normalises denormals.
  static Floats floats(Four numbers) {
    constexpr std::uint32_t kRebias = (127U - 15U) << 23U;
    constexpr std::uint32_t kInfinity = 0x7c00U << 13U;
    constexpr std::uint32_t kOne = 1U << 23U;
    const Bits bits = __builtin_convertvector(numbers, Bits);
    const Bits magnitude = (bits & 0x7fffU) << 13U;
    const Bits normal =
        magnitude + kRebias + (std::bit_cast<Bits>(magnitude >= kInfinity) & kRebias);
    const Floats denormal = as_floats(normal + kOne) - std::bit_cast<float>(kRebias + kOne);
    const Bits is_denormal = std::bit_cast<Bits>(magnitude < kOne);
    const Bits value = (std::bit_cast<Bits>(denormal) & is_denormal) | (normal & ~is_denormal);
    return as_floats(value | (bits & 0x8000U) << 16U);
  }
};

// The numbers of one format one after the other, and what `finish` makes of each.
template <typename Format, typename Finish>
void convert(std::span<const std::byte> from, std::span<float> to, Finish finish) {
  constexpr std::size_t kBytes = sizeof(typename Format::Four);
  typename Format::Four numbers{};
  for (; to.size() >= kFour; to = to.subspan(kFour), from = from.subspan(kBytes)) {
    std::memcpy(&numbers, from.data(), kBytes);
    const Floats floats = finish(Format::floats(numbers));
    std::memcpy(to.data(), &floats, sizeof(floats));
  }
  if (to.empty()) return;
  std::memcpy(&numbers, from.data(), to.size() * kBytes / kFour);
  const Floats floats = finish(Format::floats(numbers));
  std::memcpy(to.data(), &floats, to.size_bytes());
}

Floats unchanged(Floats floats) { return floats; }

float scale_at(std::span<const std::byte> scales, std::size_t index) {
  float scale = 0;
  std::memcpy(&scale, scales.data() + index * sizeof(float), sizeof(float));
  return scale;
}

// Numbers that share one scale follow each other: a row each, or all.
template <typename Format>
void divide_by_scales(const StoredTensor& tensor, std::span<float> to) {
  const std::size_t runs = tensor.scales.size() / sizeof(float);
  if (runs == 0) return;
  const std::size_t length = to.size() / runs;
  const std::size_t bytes = length * sizeof(typename Format::Four) / kFour;
  for (std::size_t run = 0; run < runs; ++run) {
    const float scale = scale_at(tensor.scales, run);
    convert<Format>(tensor.bytes.subspan(run * bytes), to.subspan(run * length, length),
                    [scale](Floats floats) { return floats / scale; });
  }
}

void multiply_blocks(std::span<const std::byte> from, std::span<float> to) {
  constexpr std::size_t kNumbers = 32;
  constexpr std::size_t kFactor = 2;
  for (; !to.empty(); to = to.subspan(kNumbers), from = from.subspan(kFactor + kNumbers)) {
    float factor = 0;
    convert<Float16>(from, {&factor, 1}, unchanged);
    convert<Int8>(from.subspan(kFactor), to.first(kNumbers),
                  [factor](Floats floats) { return floats * factor; });
  }
}

}  // namespace

// Each row takes as many bytes, whatever the element.
StoredTensor rows_of(const StoredTensor& all, std::int64_t first, std::int64_t count) {
  const auto rows = static_cast<std::size_t>(all.shape.at(0));
  const auto begin = static_cast<std::size_t>(first);
  const auto some = static_cast<std::size_t>(count);
  const auto slice = [&](std::span<const std::byte> bytes) {
    return bytes.subspan(begin * (bytes.size() / rows), some * (bytes.size() / rows));
  };
  auto part = all;
  part.shape[0] = count;
  part.bytes = slice(all.bytes);
  if (all.element == Element::int8_rows) part.scales = slice(all.scales);
  return part;
}

void copy_as_float32(const StoredTensor& tensor, std::span<float> to) {
  to = to.first(static_cast<std::size_t>(tensor.count()));
  switch (tensor.element) {
    case Element::float32: std::memcpy(to.data(), tensor.bytes.data(), to.size_bytes()); break;
    case Element::float16: convert<Float16>(tensor.bytes, to, unchanged); break;
    case Element::bfloat16: convert<BFloat16>(tensor.bytes, to, unchanged); break;
    case Element::int8_rows: divide_by_scales<Int8>(tensor, to); break;
    case Element::int16_scaled: divide_by_scales<Int16>(tensor, to); break;
    case Element::q8_0: multiply_blocks(tensor.bytes, to); break;
  }
}

}  // namespace whisper
