// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/attention_kernels.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_BFLOAT16_ATTENTION 1
#include "net/softmax512.hpp"

#include <array>
#include <cstring>
#endif

namespace whisper {

#ifdef WHISPER_BFLOAT16_ATTENTION
namespace {

// Of AVX512-BF16 there are only the instructions that are named below.
#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]]

using Bfloat16 = std::uint16_t;  // the upper half of a float's bits

constexpr std::size_t kRows = AttentionTiles::kRows;
constexpr std::size_t kWidth = AttentionTiles::kWidth;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kWidth / kLanes;
constexpr int kUpperHalf = 16;  // of a float, as it is shifted

// A block is kWidth by kWidth numbers, "paired" as AVX512-BF16 wants them: numbers of an odd row
// stand beside those of the even row above. Rows are the numbers of keys, or values.
constexpr std::size_t kPairs = kWidth / 2;
constexpr std::size_t place_in_block(std::size_t row, std::size_t column) {
  return (row / 2 * kWidth + column) * 2 + row % 2;
}

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
        right[v] = _mm512_loadu_si512(block + (pair * kWidth + v * kLanes) * 2);
      }
      for (std::size_t row = 0; row < Rows; ++row) {
        const __m512i left = four_bytes(a + row * a_stride + 2 * pair);
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
    alignas(64) float left[Rows][kWidth];
    for (std::size_t row = 0; row < Rows; ++row) widen(a + row * a_stride, left[row]);
    const __m512i odd = _mm512_set1_epi32(static_cast<int>(0xFFFF0000U));
    for (std::size_t pair = 0; pair < kPairs; ++pair, block += 2 * kWidth) {
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
  WHISPER_TARGET static void widen(const Bfloat16* from, float (&to)[kWidth]) {
    for (std::size_t i = 0; i < kWidth; i += kLanes) {
      const auto bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i));
      const __m512i upper = _mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), kUpperHalf);
      _mm512_store_ps(to + i, _mm512_castsi512_ps(upper));
    }
  }

  template <std::size_t Rows>
  WHISPER_TARGET static void add_row(const float (&left)[Rows][kWidth], std::size_t i,
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

template <typename Products>
WHISPER_TARGET void round(const float* from, Bfloat16* to) {
  for (std::size_t i = 0; i < kWidth; i += kLanes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        Products::round(_mm512_loadu_ps(from + i)));
  }
}

template <typename Products>
WHISPER_TARGET void pack(const float* key, const float* value, std::size_t index,
                         const PackedHead& block) {
  auto* const keys = reinterpret_cast<Bfloat16*>(block.keys);
  auto* const values = reinterpret_cast<Bfloat16*>(block.values);
  std::array<Bfloat16, kWidth> rounded_key;
  std::array<Bfloat16, kWidth> rounded_value;
  round<Products>(key, rounded_key.data());
  round<Products>(value, rounded_value.data());
  for (std::size_t i = 0; i < kWidth; ++i) {
    keys[place_in_block(i, index)] = rounded_key[i];
    values[place_in_block(index, i)] = rounded_value[i];
  }
}

void unpack_key(const PackedHead& block, std::size_t index, float* to) {
  const auto* const numbers = reinterpret_cast<const Bfloat16*>(block.keys);
  for (std::size_t i = 0; i < kWidth; ++i) {
    const auto bits = static_cast<std::uint32_t>(numbers[place_in_block(i, index)]) << kUpperHalf;
    std::memcpy(to + i, &bits, sizeof bits);
  }
}

template <typename Products>
float read(const float* query, std::byte* to) {
  round<Products>(query, reinterpret_cast<Bfloat16*>(to));
  return 1;
}

enum class Begin { at_zero, at_sums };

struct Rows {
  const Bfloat16* a = nullptr;
  std::size_t a_stride = 0;
  float* sums = nullptr;
  std::size_t stride = 0;
};

template <typename Products, Begin kBegin, std::size_t Count>
WHISPER_TARGET void multiply_rows(const Rows& rows, const Bfloat16* block) {
  __m512 sums[Count][kVectors];
  for (std::size_t row = 0; row < Count; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[row][v] = kBegin == Begin::at_zero
                         ? _mm512_setzero_ps()
                         : _mm512_loadu_ps(rows.sums + row * rows.stride + v * kLanes);
    }
  }
  Products::add_up(rows.a, rows.a_stride, block, sums);
  for (std::size_t row = 0; row < Count; ++row) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_ps(rows.sums + row * rows.stride + v * kLanes, sums[row][v]);
    }
  }
}

template <typename Products, Begin kBegin>
void multiply(const Rows& rows, std::size_t count, const std::byte* block) {
  constexpr std::array kByCount{
      multiply_rows<Products, kBegin, 1>, multiply_rows<Products, kBegin, 2>,
      multiply_rows<Products, kBegin, 3>, multiply_rows<Products, kBegin, 4>,
      multiply_rows<Products, kBegin, 5>, multiply_rows<Products, kBegin, 6>};
  static_assert(kByCount.size() == kRows);
  kByCount[count - 1](rows, reinterpret_cast<const Bfloat16*>(block));
}

template <typename Products>
void score(const std::byte* queries, std::size_t count, const PackedHead& block, float* scores,
           std::size_t stride) {
  multiply<Products, Begin::at_zero>(
      {reinterpret_cast<const Bfloat16*>(queries), kWidth, scores, stride}, count, block.keys);
}

template <typename Products>
WHISPER_TARGET float soften(const float* scores, std::size_t count, float scale,
                            const PackedHead& /*head*/, std::uint16_t* weights) {
  const SoftWeights soft{scores, count, scale};
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __m512 weight = soft.at(i);
    sum = _mm512_add_ps(sum, weight);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + i), Products::round(weight));
  }
  return 1 / _mm512_reduce_add_ps(sum);
}

template <typename Products>
void see(const std::uint16_t* weights, std::size_t stride, std::size_t count,
         const PackedHead& block, std::int32_t* sums) {
  multiply<Products, Begin::at_sums>({weights, stride, reinterpret_cast<float*>(sums), kWidth},
                                     count, block.values);
}

WHISPER_TARGET void finish(const std::int32_t* sums, float factor, float* to) {
  for (std::size_t i = 0; i < kWidth; i += kLanes) {
    const __m512 sum = _mm512_castsi512_ps(_mm512_loadu_si512(sums + i));
    _mm512_storeu_ps(to + i, _mm512_mul_ps(sum, _mm512_set1_ps(factor)));
  }
}

template <typename Products>
constexpr AttentionTiles kTiles{.number_bytes = sizeof(Bfloat16),
                                .has_scales = false,
                                .pack = pack<Products>,
                                .unpack_key = unpack_key,
                                .read = read<Products>,
                                .score = score<Products>,
                                .soften = soften<Products>,
                                .see = see<Products>,
                                .finish = finish};

bool has_pairs() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

}  // namespace

const AttentionTiles* bfloat16_attention() {
  static const AttentionTiles* const chosen = has_pairs() ? &kTiles<Paired> : nullptr;
  return chosen;
}

const AttentionTiles* widened_attention() {
  static const AttentionTiles* const chosen = has_avx512() ? &kTiles<Widened> : nullptr;
  return chosen;
}
#else
const AttentionTiles* bfloat16_attention() { return nullptr; }
const AttentionTiles* widened_attention() { return nullptr; }
#endif

}  // namespace whisper
