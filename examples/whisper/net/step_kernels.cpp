// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/step_kernels.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_STEP_KERNELS 1
#include "net/vector512.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <immintrin.h>
#include <limits>
#endif

namespace whisper {

#ifdef WHISPER_STEP_KERNELS
namespace {

#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq")]]

constexpr std::size_t kOutputs = StepKernels::kOutputs;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kOutputs / kLanes;
constexpr std::size_t kRows = 6;      // of a tile: as many as registers have room for
constexpr std::size_t kAhead = 2048;  // bytes, as each block is read from memory, and once
constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

// e^x for x <= 0, to 2^-21: a polynomial for the fraction of the power of two.
WHISPER_TARGET inline __m512 exponential(__m512 x) {
  const __m512 power =
      _mm512_mul_ps(_mm512_max_ps(x, _mm512_set1_ps(-87.0F)), _mm512_set1_ps(1.44269504F));
  const __m512 whole = _mm512_roundscale_ps(power, kNearest);
  const __m512 rest = _mm512_sub_ps(power, whole);
  __m512 sum = _mm512_set1_ps(1.5403530e-4F);
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.3333558e-3F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(9.6181291e-3F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(5.5504109e-2F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(2.4022651e-1F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(6.9314718e-1F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(sum, whole);
}

struct Exponential {
  WHISPER_TARGET __m512 operator()(__m512 x) const { return exponential(x); }
};

// A few columns of all rows at a time, whose place in the block stays in the cache.
WHISPER_TARGET void pack(const Half* weights, std::size_t columns, Half* block) {
  for (std::size_t first = 0; first < columns; first += kLanes) {
    for (std::size_t output = 0; output < kOutputs; ++output) {
      for (std::size_t i = first; i < first + kLanes; ++i) {
        block[i * kOutputs + output] = weights[output * columns + i];
      }
    }
  }
}

template <std::size_t Rows>
WHISPER_TARGET inline void multiply_rows(const StepKernels::Factors& factors, const float* x,
                                         float* to, const OutputRows& rows_to) {
  __m512 sums[Rows][kVectors];
  for (std::size_t v = 0; v < kVectors; ++v) {
    for (auto& row : sums) row[v] = _mm512_loadu_ps(factors.bias + v * kLanes);
  }
  for (std::size_t i = 0; i < factors.columns; ++i) {
    __m512 weights[kVectors];
    const auto* const column = factors.block + i * kOutputs;
    _mm_prefetch(reinterpret_cast<const char*>(column) + kAhead, _MM_HINT_T0);
    for (std::size_t v = 0; v < kVectors; ++v) weights[v] = load_half(column + v * kLanes);
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m512 left = _mm512_set1_ps(x[row * factors.columns + i]);
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_fmadd_ps(left, weights[v], sums[row][v]);
      }
    }
  }
  for (std::size_t row = 0; row < Rows; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      auto* const place = to + row * rows_to.stride + v * kLanes;
      __m512 sum = sums[row][v];
      if (rows_to.finish == Finish::add) sum = _mm512_add_ps(sum, _mm512_loadu_ps(place));
      if (rows_to.finish == Finish::gelu) sum = gelu(sum, Exponential{});
      _mm512_storeu_ps(place, sum);
    }
  }
}

void multiply(const StepKernels::Factors& factors, const OutputRows& to) {
  constexpr std::array kByRows{multiply_rows<1>, multiply_rows<2>, multiply_rows<3>,
                               multiply_rows<4>, multiply_rows<5>, multiply_rows<6>};
  static_assert(kByRows.size() == kRows);
  for (std::size_t first = 0; first < factors.rows; first += kRows) {
    const auto rows = std::min(kRows, factors.rows - first);
    kByRows[rows - 1](factors, factors.x + first * factors.columns, to.numbers + first * to.stride,
                      to);
  }
}

WHISPER_TARGET inline float dot(const __m512 (&query)[kVectors], const Half* key) {
  __m512 sum = _mm512_mul_ps(query[0], load_half(key));
  for (std::size_t v = 1; v < kVectors; ++v) {
    sum = _mm512_fmadd_ps(query[v], load_half(key + v * kLanes), sum);
  }
  return _mm512_reduce_add_ps(sum);
}

// The weights' sum; they are e^(score - the highest one).
WHISPER_TARGET inline float soften(float* weights, std::size_t count, float highest) {
  const __m512 shift = _mm512_set1_ps(highest);
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const std::size_t left = count - i;
    const auto there = static_cast<__mmask16>(left >= kLanes ? 0xFFFFU : (1U << left) - 1U);
    const __m512 scores = _mm512_maskz_loadu_ps(there, weights + i);
    const __m512 some = _mm512_maskz_mov_ps(there, exponential(_mm512_sub_ps(scores, shift)));
    _mm512_storeu_ps(weights + i, some);
    sum = _mm512_add_ps(sum, some);
  }
  return _mm512_reduce_add_ps(sum);
}

WHISPER_TARGET void attend(const float* query, const StepKernels::Seen& seen, float* weights,
                           float* to) {
  const __m512 scale = _mm512_set1_ps(1 / std::sqrt(static_cast<float>(kOutputs)));
  __m512 scaled[kVectors];
  for (std::size_t v = 0; v < kVectors; ++v) {
    scaled[v] = _mm512_mul_ps(_mm512_loadu_ps(query + v * kLanes), scale);
  }
  float highest = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < seen.count; ++i) {
    weights[i] = dot(scaled, seen.rows[i] + seen.keys);
    highest = weights[i] > highest ? weights[i] : highest;
  }
  const __m512 share = _mm512_set1_ps(1 / soften(weights, seen.count, highest));
  __m512 sums[kVectors];
  for (auto& sum : sums) sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < seen.count; ++i) {
    const __m512 weight = _mm512_set1_ps(weights[i]);
    const auto* const value = seen.rows[i] + seen.values;
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[v] = _mm512_fmadd_ps(weight, load_half(value + v * kLanes), sums[v]);
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) {
    _mm512_storeu_ps(to + v * kLanes, _mm512_mul_ps(sums[v], share));
  }
}

WHISPER_TARGET void to_half(const float* from, Half* to) {
  for (std::size_t i = 0; i < kOutputs; i += kLanes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        _mm512_cvtps_ph(_mm512_loadu_ps(from + i), kNearest));
  }
}

WHISPER_TARGET void from_half(const Half* from, const float* plus, std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; i += kLanes) {
    _mm512_storeu_ps(to + i, _mm512_add_ps(load_half(from + i), _mm512_loadu_ps(plus + i)));
  }
}

constexpr StepKernels kKernels{.pack = pack,
                               .multiply = multiply,
                               .normalize = normalize_row,
                               .attend = attend,
                               .to_half = to_half,
                               .from_half = from_half};

}  // namespace
#endif

const StepKernels* step_kernels() {
#ifdef WHISPER_STEP_KERNELS
  static const StepKernels* const chosen = has_avx512() ? &kKernels : nullptr;
  return chosen;
#else
  return nullptr;
#endif
}

}  // namespace whisper
