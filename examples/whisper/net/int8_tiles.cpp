// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/int8_tiles.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_INT8_TILES 1
#include "net/vector512.hpp"

#include <cstring>
#include <immintrin.h>
#endif

namespace whisper {

#ifdef WHISPER_INT8_TILES
namespace {

#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]]

constexpr std::size_t kRows = Int8Tiles::kRows;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kRows / kLanes;
constexpr std::size_t kGroup = 4;  // numbers that one instruction adds up
constexpr float kLargest = 127;
constexpr std::size_t kAhead = 2048;  // bytes, as each block is read from memory, and once

WHISPER_TARGET inline float step_of(__m512 most) {
  const float largest = _mm512_reduce_max_ps(most);
  return largest > 0 ? largest / kLargest : 1;
}

WHISPER_TARGET inline void pack_row(const std::uint16_t* half, std::size_t columns,
                                    std::int8_t* block, float& scale, std::int32_t& sum) {
  __m512 most = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_abs_ps(load_half(half + i)));
  }
  scale = step_of(most);
  const __m512 factor = _mm512_set1_ps(1 / scale);
  __m512i all = _mm512_setzero_si512();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(load_half(half + i), factor));
    all = _mm512_add_epi32(all, steps);
    alignas(16) std::int8_t bytes[kLanes];
    _mm_store_si128(reinterpret_cast<__m128i*>(bytes), _mm512_cvtsepi32_epi8(steps));
    for (std::size_t group = 0; group < kLanes / kGroup; ++group) {
      std::memcpy(block + (i + group * kGroup) * kRows, bytes + group * kGroup, kGroup);
    }
  }
  sum = _mm512_reduce_add_epi32(all);
}

WHISPER_TARGET void pack(const std::uint16_t* half, std::size_t columns, std::int8_t* block,
                         float* scales, std::int32_t* sums) {
  for (std::size_t row = 0; row < kRows; ++row) {
    pack_row(half + row * columns, columns, block + row * kGroup, scales[row], sums[row]);
  }
}

WHISPER_TARGET float quantize(const float* from, std::size_t columns, std::uint8_t* to) {
  __m512 most = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_abs_ps(_mm512_loadu_ps(from + i)));
  }
  const float step = step_of(most);
  const __m512 factor = _mm512_set1_ps(1 / step);
  for (std::size_t i = 0; i < columns; i += kLanes) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(from + i), factor));
    const __m512i shifted = _mm512_add_epi32(steps, _mm512_set1_epi32(128));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm512_cvtusepi32_epi8(shifted));
  }
  return step;
}

WHISPER_TARGET void multiply(const std::int8_t* block, const float* scales,
                             const std::int32_t* sums, std::size_t columns,
                             const std::uint8_t* input, float step, float* scores) {
  __m512i products[kVectors];
  for (auto& product : products) product = _mm512_setzero_si512();
  for (std::size_t i = 0; i < columns; i += kGroup) {
    int four = 0;
    std::memcpy(&four, input + i, kGroup);
    const __m512i left = _mm512_set1_epi32(four);
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto* const place = block + i * kRows + v * kLanes * kGroup;
      _mm_prefetch(reinterpret_cast<const char*>(place + kAhead), _MM_HINT_T0);
      const __m512i right = _mm512_loadu_si512(place);
      products[v] = _mm512_dpbusd_epi32(products[v], left, right);
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) {
    const __m512i shift = _mm512_slli_epi32(_mm512_loadu_si512(sums + v * kLanes), 7);  // * 128
    const __m512 exact = _mm512_cvtepi32_ps(_mm512_sub_epi32(products[v], shift));
    const __m512 scale = _mm512_mul_ps(_mm512_loadu_ps(scales + v * kLanes), _mm512_set1_ps(step));
    _mm512_storeu_ps(scores + v * kLanes, _mm512_mul_ps(exact, scale));
  }
}

WHISPER_TARGET float dot(const std::uint16_t* half, const float* input, std::size_t columns) {
  __m512 sums[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  for (std::size_t i = 0; i < columns; i += 2 * kLanes) {
    for (std::size_t v = 0; v < 2; ++v) {
      const std::size_t at = i + v * kLanes;
      sums[v] = _mm512_fmadd_ps(load_half(half + at), _mm512_loadu_ps(input + at), sums[v]);
    }
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(sums[0], sums[1]));
}

constexpr Int8Tiles kTiles{.pack = pack, .quantize = quantize, .multiply = multiply, .dot = dot};

bool has_instructions() { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }

}  // namespace
#endif

const Int8Tiles* int8_tiles() {
#ifdef WHISPER_INT8_TILES
  static const Int8Tiles* const chosen = has_instructions() ? &kTiles : nullptr;
  return chosen;
#else
  return nullptr;
#endif
}

}  // namespace whisper
