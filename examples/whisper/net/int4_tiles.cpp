// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/int4_tiles.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_INT4_TILES 1
#include "net/vector512.hpp"

#include <array>
#include <cstring>
#include <immintrin.h>
#endif

namespace whisper {

#ifdef WHISPER_INT4_TILES
namespace {

#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]]

constexpr std::size_t kRows = Int4Tiles::kRows;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kRows / kLanes;
constexpr std::size_t kGroup = 4;  // numbers that one instruction adds up
constexpr int kHalfByte = 4;
constexpr int kZero = 8;             // of numbers in int4, which have no sign
constexpr float kLargestNumber = 7;  // from there
constexpr float kLargestInput = 127;
// A row's largest numbers are cut off a little: that makes all others more exact.
constexpr float kKept = 0.9F;
constexpr std::size_t kAhead = 2048;  // bytes, as each block is read from memory, and once

WHISPER_TARGET inline __m512 weight_at(const std::uint16_t* half, const Int4Tiles::Columns& columns,
                                       std::size_t i) {
  return _mm512_mul_ps(load_half(half + i), _mm512_loadu_ps(columns.sizes + i));
}

WHISPER_TARGET inline void pack_row(const std::uint16_t* half, const Int4Tiles::Columns& columns,
                                    const Int4Tiles::Block& to, std::size_t row) {
  __m512 most = _mm512_setzero_ps();
  __m512 bias = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns.count; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_abs_ps(weight_at(half, columns, i)));
    bias = _mm512_fmadd_ps(load_half(half + i), _mm512_loadu_ps(columns.means + i), bias);
  }
  const float largest = _mm512_reduce_max_ps(most) * kKept;
  to.steps[row] = largest > 0 ? largest / kLargestNumber : 1;
  to.biases[row] = _mm512_reduce_add_ps(bias);
  const __m512 factor = _mm512_set1_ps(1 / to.steps[row]);
  for (std::size_t i = 0; i < columns.count; i += kLanes) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(weight_at(half, columns, i), factor));
    const __m512i number = _mm512_min_epi32(
        _mm512_max_epi32(_mm512_add_epi32(steps, _mm512_set1_epi32(kZero)), _mm512_setzero_si512()),
        _mm512_set1_epi32(2 * kZero - 1));
    alignas(kLanes) std::array<std::uint32_t, kLanes / kGroup> groups;  // a byte a number
    _mm_store_si128(reinterpret_cast<__m128i*>(groups.data()), _mm512_cvtepi32_epi8(number));
    for (std::size_t group = 0; group < groups.size(); group += 2) {
      const std::uint32_t both = groups[group] | groups[group + 1] << kHalfByte;
      std::memcpy(to.numbers + (i + group * kGroup) / 2 * kRows + row * kGroup, &both, kGroup);
    }
  }
}

WHISPER_TARGET void pack(const std::uint16_t* half, const Int4Tiles::Columns& columns,
                         const Int4Tiles::Block& to) {
  for (std::size_t row = 0; row < kRows; ++row) {
    pack_row(half + row * columns.count, columns, to, row);
  }
}

WHISPER_TARGET inline __m512 input_at(const float* from, const Int4Tiles::Columns& columns,
                                      std::size_t i) {
  const __m512 rest = _mm512_sub_ps(_mm512_loadu_ps(from + i), _mm512_loadu_ps(columns.means + i));
  return _mm512_div_ps(rest, _mm512_loadu_ps(columns.sizes + i));
}

WHISPER_TARGET Int4Tiles::Input quantize(const float* from, const Int4Tiles::Columns& columns,
                                         std::byte* to) {
  __m512 most = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns.count; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_abs_ps(input_at(from, columns, i)));
  }
  const float largest = _mm512_reduce_max_ps(most);
  Int4Tiles::Input input{.step = largest > 0 ? largest / kLargestInput : 1};
  const __m512 factor = _mm512_set1_ps(1 / input.step);
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t i = 0; i < columns.count; i += kLanes) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(input_at(from, columns, i), factor));
    sum = _mm512_add_epi32(sum, steps);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm512_cvtepi32_epi8(steps));
  }
  input.shift = -kZero * _mm512_reduce_add_epi32(sum);
  return input;
}

template <std::size_t Count>
WHISPER_TARGET void multiply_inputs(const Int4Tiles::Block& block, std::size_t columns,
                                    const std::byte* numbers, const Int4Tiles::Input* inputs,
                                    float* scores, std::size_t stride) {
  const __m512i low_half = _mm512_set1_epi8(0x0F);
  __m512i sums[Count][kVectors];
  WHISPER_UNROLL
  for (std::size_t input = 0; input < Count; ++input) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[input][v] = _mm512_set1_epi32(inputs[input].shift);
    }
  }
  for (std::size_t i = 0; i < columns; i += 2 * kGroup) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto* const place = block.numbers + i / 2 * kRows + v * kLanes * kGroup;
      _mm_prefetch(reinterpret_cast<const char*>(place + kAhead), _MM_HINT_T0);
      const __m512i both = _mm512_loadu_si512(place);
      const __m512i first = _mm512_and_si512(both, low_half);
      const __m512i last = _mm512_and_si512(_mm512_srli_epi16(both, kHalfByte), low_half);
      WHISPER_UNROLL
      for (std::size_t input = 0; input < Count; ++input) {
        const auto* const right = numbers + input * columns + i;
        __m512i& sum = sums[input][v];
        sum = _mm512_dpbusd_epi32(sum, first, four_bytes(right));
        sum = _mm512_dpbusd_epi32(sum, last, four_bytes(right + kGroup));
      }
    }
  }
  WHISPER_UNROLL
  for (std::size_t v = 0; v < kVectors; ++v) {
    const __m512 bias = _mm512_loadu_ps(block.biases + v * kLanes);
    const __m512 steps = _mm512_loadu_ps(block.steps + v * kLanes);
    WHISPER_UNROLL
    for (std::size_t input = 0; input < Count; ++input) {
      const __m512 step = _mm512_mul_ps(steps, _mm512_set1_ps(inputs[input].step));
      _mm512_storeu_ps(scores + input * stride + v * kLanes,
                       _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[input][v]), step, bias));
    }
  }
}

void multiply(const Int4Tiles::Block& block, std::size_t columns, const std::byte* numbers,
              const Int4Tiles::Input* inputs, std::size_t count, float* scores,
              std::size_t stride) {
  constexpr std::array kByCount{multiply_inputs<1>, multiply_inputs<2>, multiply_inputs<3>,
                                multiply_inputs<4>, multiply_inputs<5>, multiply_inputs<6>};
  static_assert(kByCount.size() == Int4Tiles::kInputs);
  kByCount[count - 1](block, columns, numbers, inputs, scores, stride);
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

constexpr Int4Tiles kTiles{.pack = pack, .quantize = quantize, .multiply = multiply, .dot = dot};

}  // namespace
#endif

const Int4Tiles* int4_tiles() {
#ifdef WHISPER_INT4_TILES
  static const Int4Tiles* const chosen = has_avx512_vnni() ? &kTiles : nullptr;
  return chosen;
#else
  return nullptr;
#endif
}

}  // namespace whisper
