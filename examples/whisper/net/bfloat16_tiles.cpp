// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/bfloat16_tiles.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_BFLOAT16_TILES 1
#include "net/vector512.hpp"

#include <cmath>
#include <cstring>
#include <immintrin.h>
#endif

namespace whisper {

#ifdef WHISPER_BFLOAT16_TILES
namespace {

#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]]

constexpr std::size_t kRows = Bfloat16Tiles::kRows;
constexpr std::size_t kColumns = Bfloat16Tiles::kColumns;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kColumns / kLanes;

template <std::size_t Rows>
WHISPER_TARGET inline void multiply_rows(const Bfloat16* a, std::size_t a_stride, const Bfloat16* b,
                                         std::size_t pairs, float* c, std::size_t c_stride) {
  __m512 sums[Rows][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm512_setzero_ps();
  }
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    __m512i right[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      right[v] = _mm512_loadu_si512(b + (pair * kColumns + v * kLanes) * 2);
    }
    for (std::size_t row = 0; row < Rows; ++row) {
      int both = 0;
      std::memcpy(&both, a + row * a_stride + 2 * pair, sizeof both);
      const __m512i left = _mm512_set1_epi32(both);
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_dpbf16_ps(sums[row][v], reinterpret_cast<__m512bh>(left),
                                        reinterpret_cast<__m512bh>(right[v]));
      }
    }
  }
  for (std::size_t row = 0; row < Rows; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_ps(c + row * c_stride + v * kLanes, sums[row][v]);
    }
  }
}

WHISPER_TARGET void multiply(std::size_t rows, const Bfloat16* a, std::size_t a_stride,
                             const Bfloat16* b, std::size_t pairs, float* c, std::size_t c_stride) {
  switch (rows) {
    case 1: return multiply_rows<1>(a, a_stride, b, pairs, c, c_stride);
    case 2: return multiply_rows<2>(a, a_stride, b, pairs, c, c_stride);
    case 3: return multiply_rows<3>(a, a_stride, b, pairs, c, c_stride);
    case 4: return multiply_rows<4>(a, a_stride, b, pairs, c, c_stride);
    case 5: return multiply_rows<5>(a, a_stride, b, pairs, c, c_stride);
    default: return multiply_rows<kRows>(a, a_stride, b, pairs, c, c_stride);
  }
}

WHISPER_TARGET inline __mmask16 lanes_before(std::size_t first, std::size_t count) {
  const std::size_t left = count > first ? count - first : 0;
  return left >= kLanes ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << left) - 1U);
}

WHISPER_TARGET float highest(const float* scores, std::size_t count) {
  const __m512 none = _mm512_set1_ps(-INFINITY);
  __m512 most = none;
  for (std::size_t i = 0; i < count; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_mask_loadu_ps(none, lanes_before(i, count), scores + i));
  }
  return _mm512_reduce_max_ps(most);
}

WHISPER_TARGET float soften(const float* scores, std::size_t count, std::size_t padded, float scale,
                            Bfloat16* weights) {
  constexpr float kLog2E = 1.44269504F;
  const __m512 factor = _mm512_set1_ps(scale * kLog2E);
  const __m512 shift = _mm512_set1_ps(highest(scores, count) * scale * kLog2E);
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < padded; i += kLanes) {
    const __mmask16 there = lanes_before(i, count);
    const __m512 power = _mm512_fmsub_ps(_mm512_maskz_loadu_ps(there, scores + i), factor, shift);
    const __m512 weight = _mm512_maskz_mov_ps(there, power_of_two(power));
    sum = _mm512_add_ps(sum, weight);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + i),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(weight)));
  }
  return _mm512_reduce_add_ps(sum);
}

WHISPER_TARGET void round(const float* from, Bfloat16* to) {
  for (std::size_t i = 0; i < kColumns; i += kLanes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i))));
  }
}

constexpr Bfloat16Tiles kTiles{.multiply = multiply, .soften = soften, .round = round};

bool has_instructions() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

}  // namespace
#endif

const Bfloat16Tiles* bfloat16_tiles() {
#ifdef WHISPER_BFLOAT16_TILES
  static const Bfloat16Tiles* const chosen = has_instructions() ? &kTiles : nullptr;
  return chosen;
#else
  return nullptr;
#endif
}

}  // namespace whisper
