// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

// What the kernels for AVX512 share. To be included where they are compiled, which is on x86-64.
namespace whisper {

#define WHISPER_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq")]]

// For each loop over a tile's sums: before the compiler looks for arrays that could be registers,
// and not only after it. A single one that is not unrolled would have them in memory all the time.
#define WHISPER_UNROLL _Pragma("GCC unroll 8")

/// Whether this processor has them.
inline bool has_avx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

/// Whether it adds up four products of int8 or two of int16 at once, too.
inline bool has_avx512_vnni() { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }

/// Sixteen times the same four bytes.
WHISPER_AVX512 inline __m512i four_bytes(const void* from) {
  int four = 0;
  std::memcpy(&four, from, sizeof four);
  return _mm512_set1_epi32(four);
}

/// Sixteen float16 numbers.
WHISPER_AVX512 inline __m512 load_half(const std::uint16_t* from) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

/// The largest number, without its sign; `count` is a multiple of 16.
WHISPER_AVX512 inline float largest_of(const float* numbers, std::size_t count) {
  __m512 most = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += 16) {
    most = _mm512_max_ps(most, _mm512_abs_ps(_mm512_loadu_ps(numbers + i)));
  }
  return _mm512_reduce_max_ps(most);
}

/// 2^x for x <= 0, to 2^-17: a polynomial for the fraction, which is then moved by whole powers.
WHISPER_AVX512 inline __m512 power_of_two(__m512 x) {
  const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 rest = _mm512_sub_ps(x, whole);
  __m512 sum = _mm512_set1_ps(9.6181291e-3F);
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(5.5504109e-2F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(2.4022651e-1F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(6.9314718e-1F));
  sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(sum, whole);
}

/// x times the normal distribution's integral, within 2e-7 by the formula 7.1.26 of Abramowitz and
/// Stegun, if `exponential` is exact: e^x for x <= 0.
template <typename Exponential>
WHISPER_AVX512 inline __m512 gelu(__m512 x, const Exponential& exponential) {
  const __m512 z = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.70710678F));
  const __m512 one = _mm512_set1_ps(1);
  const __m512 t = _mm512_div_ps(one, _mm512_fmadd_ps(z, _mm512_set1_ps(0.3275911F), one));
  __m512 sum = _mm512_set1_ps(1.061405429F);
  sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(-1.453152027F));
  sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(1.421413741F));
  sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(-0.284496736F));
  sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(0.254829592F));
  const __m512 half = _mm512_mul_ps(t, _mm512_set1_ps(0.5F));
  const __m512 bell = exponential(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(z, z)));
  const __m512 tail = _mm512_mul_ps(_mm512_mul_ps(sum, half), bell);
  const __mmask16 positive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GE_OQ);
  return _mm512_mul_ps(x, _mm512_mask_sub_ps(tail, positive, one, tail));
}

/// A row with mean 0 and variance 1, times gamma, plus beta; `columns` is a multiple of 16.
WHISPER_AVX512 inline void normalize_row(const float* from, const float* gamma, const float* beta,
                                         std::size_t columns, float* to) {
  constexpr std::size_t kLanes = 16;
  constexpr float kEpsilon = 1e-5F;
  const auto count = static_cast<float>(columns);
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    sum = _mm512_add_ps(sum, _mm512_loadu_ps(from + i));
  }
  const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum) / count);
  __m512 squares = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    const __m512 rest = _mm512_sub_ps(_mm512_loadu_ps(from + i), mean);
    squares = _mm512_fmadd_ps(rest, rest, squares);
  }
  const __m512 factor =
      _mm512_set1_ps(1 / std::sqrt(_mm512_reduce_add_ps(squares) / count + kEpsilon));
  for (std::size_t i = 0; i < columns; i += kLanes) {
    const __m512 rest = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(from + i), mean), factor);
    _mm512_storeu_ps(to + i,
                     _mm512_fmadd_ps(rest, _mm512_loadu_ps(gamma + i), _mm512_loadu_ps(beta + i)));
  }
}

}  // namespace whisper
