// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/attention_kernels.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_INT8_ATTENTION 1
#include "net/softmax512.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#endif

namespace whisper {

#ifdef WHISPER_INT8_ATTENTION
namespace {

#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]]

constexpr std::size_t kRows = AttentionTiles::kRows;
constexpr std::size_t kWidth = AttentionTiles::kWidth;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kWidth / kLanes;
constexpr std::size_t kGroup = 4;  // numbers of keys that one instruction multiplies and adds up
constexpr std::size_t kPair = 2;   // values likewise
constexpr float kLargest = 127;
constexpr int kZero = 128;  // of a key's number, which has no sign

// A query: its numbers, and what the keys' zeros would add to each of its scores.
constexpr std::size_t kShiftPlace = kWidth;
static_assert(kShiftPlace + sizeof(std::int32_t) <= AttentionTiles::kQueryBytes);

WHISPER_TARGET inline float step_of(const float* numbers) {
  const float largest = largest_of(numbers, kWidth);
  return largest > 0 ? largest / kLargest : 1;
}

// In steps, counted from `zero`; returns their sum.
WHISPER_TARGET inline std::int32_t to_steps(const float* numbers, float step, int zero,
                                            std::byte* to) {
  const __m512 factor = _mm512_set1_ps(1 / step);
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t i = 0; i < kWidth; i += kLanes) {
    const __m512i steps =
        _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(numbers + i), factor)),
                         _mm512_set1_epi32(zero));
    sum = _mm512_add_epi32(sum, steps);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm512_cvtepi32_epi8(steps));
  }
  return _mm512_reduce_add_epi32(sum);
}

constexpr std::size_t place_of_group(std::size_t key, std::size_t i) {
  return i * kWidth + key * kGroup;
}

WHISPER_TARGET void pack(const float* key, const float* value, std::size_t index,
                         const PackedHead& block) {
  std::array<std::byte, kWidth> steps;
  block.key_scales[index] = step_of(key);
  to_steps(key, block.key_scales[index], kZero, steps.data());
  for (std::size_t i = 0; i < kWidth; i += kGroup) {
    std::memcpy(block.keys + place_of_group(index, i), steps.data() + i, kGroup);
  }
  block.value_scales[index] = step_of(value);
  to_steps(value, block.value_scales[index], 0, steps.data());
  auto* const place = block.values + index / kPair * kPair * kWidth + index % kPair;
  for (std::size_t i = 0; i < kWidth; ++i) place[i * kPair] = steps[i];
}

void unpack_key(const PackedHead& block, std::size_t index, float* to) {
  for (std::size_t i = 0; i < kWidth; ++i) {
    const auto number = block.keys[place_of_group(index, i / kGroup * kGroup) + i % kGroup];
    to[i] = static_cast<float>(std::to_integer<int>(number) - kZero) * block.key_scales[index];
  }
}

WHISPER_TARGET float read(const float* query, std::byte* to) {
  const float step = step_of(query);
  const std::int32_t shift = -kZero * to_steps(query, step, 0, to);
  std::memcpy(to + kShiftPlace, &shift, sizeof shift);
  return step;
}

template <std::size_t Rows>
WHISPER_TARGET void score_rows(const std::byte* queries, const PackedHead& block, float* scores,
                               std::size_t stride) {
  __m512i sums[Rows][kVectors];
  WHISPER_UNROLL
  for (std::size_t row = 0; row < Rows; ++row) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[row][v] = four_bytes(queries + row * AttentionTiles::kQueryBytes + kShiftPlace);
    }
  }
  for (std::size_t i = 0; i < kWidth; i += kGroup) {
    __m512i keys[kVectors];
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      keys[v] = _mm512_loadu_si512(block.keys + place_of_group(v * kLanes, i));
    }
    WHISPER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m512i query = four_bytes(queries + row * AttentionTiles::kQueryBytes + i);
      WHISPER_UNROLL
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_dpbusd_epi32(sums[row][v], keys[v], query);
      }
    }
  }
  WHISPER_UNROLL
  for (std::size_t v = 0; v < kVectors; ++v) {
    const __m512 scales = _mm512_loadu_ps(block.key_scales + v * kLanes);
    WHISPER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
      _mm512_storeu_ps(scores + row * stride + v * kLanes,
                       _mm512_mul_ps(_mm512_cvtepi32_ps(sums[row][v]), scales));
    }
  }
}

void score(const std::byte* queries, std::size_t count, const PackedHead& block, float* scores,
           std::size_t stride) {
  constexpr std::array kByCount{score_rows<1>, score_rows<2>, score_rows<3>,
                                score_rows<4>, score_rows<5>, score_rows<6>};
  static_assert(kByCount.size() == kRows);
  kByCount[count - 1](queries, block, scores, stride);
}

// A value's scale becomes part of its weight. Weights are as large as sums of 32 bits allow, if all
// were as large as the largest.
WHISPER_TARGET float soften(const float* scores, std::size_t count, float scale,
                            const PackedHead& head, std::uint16_t* weights) {
  constexpr float kLargestWeight = 32767;
  constexpr float kLargestTotal = 16777216;  // times kLargest is 2^31
  const float top = highest_of(head.value_scales, count);
  const float unit = std::min(kLargestWeight, kLargestTotal / static_cast<float>(count) - 1) / top;
  const __m512 units = _mm512_set1_ps(unit);
  const SoftWeights soft{scores, count, scale};
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __m512 weight = soft.at(i);
    sum = _mm512_add_ps(sum, weight);
    const __m512 factor = _mm512_mul_ps(_mm512_loadu_ps(head.value_scales + i), units);
    const __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(weight, factor));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + i), _mm512_cvtepi32_epi16(steps));
  }
  return 1 / (unit * _mm512_reduce_add_ps(sum));
}

template <std::size_t Rows>
WHISPER_TARGET void see_rows(const std::uint16_t* weights, std::size_t stride,
                             const std::byte* block, std::int32_t* to) {
  __m512i sums[Rows][kVectors];
  WHISPER_UNROLL
  for (std::size_t row = 0; row < Rows; ++row) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[row][v] = _mm512_loadu_si512(to + row * kWidth + v * kLanes);
    }
  }
  for (std::size_t i = 0; i < kWidth; i += kPair) {
    __m512i values[kVectors];
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto* const place = block + i * kWidth + v * kLanes * kPair;
      values[v] = _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(place)));
    }
    WHISPER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m512i weight = four_bytes(weights + row * stride + i);
      WHISPER_UNROLL
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_dpwssd_epi32(sums[row][v], values[v], weight);
      }
    }
  }
  WHISPER_UNROLL
  for (std::size_t row = 0; row < Rows; ++row) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_si512(to + row * kWidth + v * kLanes, sums[row][v]);
    }
  }
}

void see(const std::uint16_t* weights, std::size_t stride, std::size_t count,
         const PackedHead& block, std::int32_t* sums) {
  constexpr std::array kByCount{see_rows<1>, see_rows<2>, see_rows<3>,
                                see_rows<4>, see_rows<5>, see_rows<6>};
  static_assert(kByCount.size() == kRows);
  kByCount[count - 1](weights, stride, block.values, sums);
}

WHISPER_TARGET void finish(const std::int32_t* sums, float factor, float* to) {
  for (std::size_t i = 0; i < kWidth; i += kLanes) {
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_loadu_si512(sums + i));
    _mm512_storeu_ps(to + i, _mm512_mul_ps(sum, _mm512_set1_ps(factor)));
  }
}

constexpr AttentionTiles kTiles{.number_bytes = 1,
                                .has_scales = true,
                                .pack = pack,
                                .unpack_key = unpack_key,
                                .read = read,
                                .score = score,
                                .soften = soften,
                                .see = see,
                                .finish = finish};

}  // namespace

const AttentionTiles* int8_attention() {
  static const AttentionTiles* const chosen = has_avx512_vnni() ? &kTiles : nullptr;
  return chosen;
}
#else
const AttentionTiles* int8_attention() { return nullptr; }
#endif

}  // namespace whisper
