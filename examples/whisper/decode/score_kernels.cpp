// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3 and without errno and floating-point traps, so that the loops over lanes become
// vector instructions. Each kernel's body is written once, and compiled for every kind of
// processor.
#include "decode/score_kernels.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_X86_KERNELS 1
#endif

namespace whisper {

namespace {

constexpr std::size_t kLanes = 32;
using Lanes = std::array<float, kLanes>;

/// e^x for x <= 0 within 2 units in the last place; below -87, where floats end, about 1e-38.
/// Inlined always, for the processor that its caller is compiled for.
[[gnu::always_inline]] inline float exponential(float x) {
  constexpr float kRounder = 12582912.0F;  // 1.5 * 2^23: adding it leaves no room for a fraction
  x = x < -87.0F ? -87.0F : x;
  const float shifted = x * 1.44269504F + kRounder;
  const float power = shifted - kRounder;
  const float rest = (x - power * 0.693359375F) + power * 2.12194440e-4F;  // ln 2 in two parts
  float sum = 1.9875691500e-4F;
  sum = sum * rest + 1.3981999507e-3F;
  sum = sum * rest + 8.3334519073e-3F;
  sum = sum * rest + 4.1665795894e-2F;
  sum = sum * rest + 1.6666665459e-1F;
  sum = sum * rest + 5.0000001201e-1F;
  sum = sum * rest * rest + rest + 1.0F;
  const std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) + 127U) << 23U;
  return sum * std::bit_cast<float>(exponent);
}

[[gnu::always_inline]] inline float highest_of(const float* scores, std::size_t count) {
  Lanes lanes;
  lanes.fill(-std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      lanes[k] = scores[i + k] > lanes[k] ? scores[i + k] : lanes[k];
    }
  }
  for (; i < count; ++i) lanes[0] = scores[i] > lanes[0] ? scores[i] : lanes[0];
  return *std::max_element(lanes.begin(), lanes.end());
}

[[gnu::always_inline]] inline double sum_exponentials(const float* scores, std::size_t count,
                                                      float shift, float scale) {
  Lanes lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      lanes[k] += exponential((scores[i + k] - shift) * scale);
    }
  }
  double sum = 0;
  for (; i < count; ++i) sum += static_cast<double>(exponential((scores[i] - shift) * scale));
  for (const float lane : lanes) sum += static_cast<double>(lane);
  return sum;
}

[[gnu::always_inline]] inline void subtract_both(const float* scores, std::size_t count,
                                                 float first, float second, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = (scores[i] - first) - second;
}

constexpr ScoreKernels kPortable{
    .highest = [](const float* scores, std::size_t count) { return highest_of(scores, count); },
    .sum_of_exponentials =
        [](const float* scores, std::size_t count, float shift, float scale) {
          return sum_exponentials(scores, count, shift, scale);
        },
    .subtract = [](const float* scores, std::size_t count, float first, float second,
                   float* to) { subtract_both(scores, count, first, second, to); }};

#ifdef WHISPER_X86_KERNELS
[[gnu::target("avx2,fma")]] float highest_avx2(const float* scores, std::size_t count) {
  return highest_of(scores, count);
}
[[gnu::target("avx2,fma")]] double sum_exponentials_avx2(const float* scores, std::size_t count,
                                                         float shift, float scale) {
  return sum_exponentials(scores, count, shift, scale);
}
[[gnu::target("avx2,fma")]] void subtract_avx2(const float* scores, std::size_t count, float first,
                                               float second, float* to) {
  subtract_both(scores, count, first, second, to);
}

constexpr ScoreKernels kAvx2{.highest = highest_avx2,
                             .sum_of_exponentials = sum_exponentials_avx2,
                             .subtract = subtract_avx2};

bool has_avx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

}  // namespace

const ScoreKernels& score_kernels() {
#ifdef WHISPER_X86_KERNELS
  static const ScoreKernels& chosen = has_avx2() ? kAvx2 : kPortable;
  return chosen;
#else
  return kPortable;
#endif
}

}  // namespace whisper
