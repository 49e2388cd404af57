// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <immintrin.h>

// What the kernels for AVX512 share. To be included where they are compiled, which is on x86-64.
namespace whisper {

#define WHISPER_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq")]]

/// Whether this processor has them.
inline bool has_avx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

/// Sixteen float16 numbers.
WHISPER_AVX512 inline __m512 load_half(const std::uint16_t* from) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
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

}  // namespace whisper
