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

// Of AVX512-BF16 there are only the instructions that are named below.
#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]]

constexpr std::size_t kRows = Bfloat16Tiles::kRows;
constexpr std::size_t kColumns = Bfloat16Tiles::kColumns;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kColumns / kLanes;
constexpr int kUpperHalf = 16;  // of a float, as it is shifted

constexpr std::size_t kPairs = kColumns / 2;  // of a block's rows

struct Paired {
  WHISPER_TARGET static __m256i round(__m512 x) {
    return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
  }

  template <std::size_t Rows>
  WHISPER_TARGET static void add_up(const Bfloat16* a, std::size_t a_stride, const Bfloat16* block,
                                    __m512 (&sums)[Rows][kVectors]) {
    for (std::size_t pair = 0; pair < kPairs; ++pair) {
      __m512i right[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) {
        right[v] = _mm512_loadu_si512(block + (pair * kColumns + v * kLanes) * 2);
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
  }
};

struct Widened {
  // To the nearest, and to the even one of two.
  WHISPER_TARGET static __m256i round(__m512 x) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, kUpperHalf), _mm512_set1_epi32(1));
    const __m512i half = _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(_mm512_add_epi32(bits, half), kUpperHalf));
  }

  // The even rows of the block and then the odd ones: registers have no room for both at once.
  template <std::size_t Rows>
  WHISPER_TARGET static void add_up(const Bfloat16* a, std::size_t a_stride, const Bfloat16* block,
                                    __m512 (&sums)[Rows][kVectors]) {
    alignas(64) float left[Rows][kColumns];
    for (std::size_t row = 0; row < Rows; ++row) widen(a + row * a_stride, left[row]);
    const __m512i odd = _mm512_set1_epi32(static_cast<int>(0xFFFF0000U));
    for (std::size_t pair = 0; pair < kPairs; ++pair, block += 2 * kColumns) {
      __m512 right[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) {
        const __m512i both = _mm512_loadu_si512(block + 2 * v * kLanes);
        right[v] = _mm512_castsi512_ps(_mm512_slli_epi32(both, kUpperHalf));
      }
      add_row(left, 2 * pair, right, sums);
      for (std::size_t v = 0; v < kVectors; ++v) {
        const __m512i both = _mm512_loadu_si512(block + 2 * v * kLanes);
        right[v] = _mm512_castsi512_ps(_mm512_and_si512(both, odd));
      }
      add_row(left, 2 * pair + 1, right, sums);
    }
  }

 private:
  WHISPER_TARGET static void widen(const Bfloat16* from, float (&to)[kColumns]) {
    for (std::size_t i = 0; i < kColumns; i += kLanes) {
      const auto bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i));
      const __m512i upper = _mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), kUpperHalf);
      _mm512_store_ps(to + i, _mm512_castsi512_ps(upper));
    }
  }

  template <std::size_t Rows>
  WHISPER_TARGET static void add_row(const float (&left)[Rows][kColumns], std::size_t i,
                                     const __m512 (&right)[kVectors],
                                     __m512 (&sums)[Rows][kVectors]) {
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m512 factor = _mm512_set1_ps(left[row][i]);
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_fmadd_ps(factor, right[v], sums[row][v]);
      }
    }
  }
};

enum class Begin { at_zero, at_c };

template <typename Products, Begin kBegin, std::size_t Rows>
WHISPER_TARGET void multiply_rows(const Bfloat16Tiles::Rows& rows, const Bfloat16* block) {
  __m512 sums[Rows][kVectors];
  for (std::size_t row = 0; row < Rows; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[row][v] = kBegin == Begin::at_zero
                         ? _mm512_setzero_ps()
                         : _mm512_loadu_ps(rows.c + row * rows.c_stride + v * kLanes);
    }
  }
  Products::add_up(rows.a, rows.a_stride, block, sums);
  for (std::size_t row = 0; row < Rows; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_ps(rows.c + row * rows.c_stride + v * kLanes, sums[row][v]);
    }
  }
}

template <typename Products, Begin kBegin>
void multiply(const Bfloat16Tiles::Rows& rows, const Bfloat16* block) {
  switch (rows.count) {
    case 1: return multiply_rows<Products, kBegin, 1>(rows, block);
    case 2: return multiply_rows<Products, kBegin, 2>(rows, block);
    case 3: return multiply_rows<Products, kBegin, 3>(rows, block);
    case 4: return multiply_rows<Products, kBegin, 4>(rows, block);
    case 5: return multiply_rows<Products, kBegin, 5>(rows, block);
    default: return multiply_rows<Products, kBegin, kRows>(rows, block);
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

template <typename Products>
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
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + i), Products::round(weight));
  }
  return _mm512_reduce_add_ps(sum);
}

template <typename Products>
WHISPER_TARGET void round(const float* from, Bfloat16* to) {
  for (std::size_t i = 0; i < kColumns; i += kLanes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        Products::round(_mm512_loadu_ps(from + i)));
  }
}

template <typename Products>
constexpr Bfloat16Tiles kTiles{.multiply = multiply<Products, Begin::at_zero>,
                               .multiply_add = multiply<Products, Begin::at_c>,
                               .soften = soften<Products>,
                               .round = round<Products>};

bool has_pairs() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

}  // namespace
#endif

const Bfloat16Tiles* bfloat16_tiles(Bfloat16Products products) {
#ifdef WHISPER_BFLOAT16_TILES
  static const Bfloat16Tiles* const paired = has_pairs() ? &kTiles<Paired> : nullptr;
  static const Bfloat16Tiles* const widened = has_avx512() ? &kTiles<Widened> : nullptr;
  return products == Bfloat16Products::paired ? paired : widened;
#else
  return nullptr;
#endif
}

const Bfloat16Tiles* bfloat16_tiles() {
  const auto* const paired = bfloat16_tiles(Bfloat16Products::paired);
  return paired != nullptr ? paired : bfloat16_tiles(Bfloat16Products::widened);
}

}  // namespace whisper
