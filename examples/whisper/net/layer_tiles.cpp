// SPDX-License-Identifier: Apache-2.0
// Compiled with -O3, so that the loops over a tile disappear and its sums stay in registers.
#include "net/layer_tiles.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WHISPER_LAYER_TILES 1
#include "net/vector512.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <immintrin.h>
#endif

namespace whisper {

#ifdef WHISPER_LAYER_TILES
namespace {

// Of AVX512-BF16 there are only the instructions that are named below.
#define WHISPER_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16")]]

constexpr std::size_t kOutputs = LayerTiles::kOutputs;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kVectors = kOutputs / kLanes;
constexpr std::size_t kGroup = 4;  // bytes of inputs that one instruction multiplies and adds up
constexpr float kLargestWeight = 127;
constexpr float kLargestInput = 255;

struct Floats {
  static constexpr std::size_t kBytes = 4;
  WHISPER_TARGET static __m512 load(const std::byte* row, std::size_t i) {
    return _mm512_loadu_ps(row + i * kBytes);
  }
};

struct Halves {
  static constexpr std::size_t kBytes = 2;
  WHISPER_TARGET static __m512 load(const std::byte* row, std::size_t i) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + i * kBytes)));
  }
};

// Puts the bytes of 16 numbers of an output where the instructions want them.
template <std::size_t Group>
WHISPER_TARGET inline void spread(const std::byte* bytes, std::size_t count, std::size_t output,
                                  std::byte* block) {
  for (std::size_t i = 0; i < count; i += Group) {
    std::memcpy(block + i * kOutputs + output * Group, bytes + i, Group);
  }
}

// Its largest number becomes 127.
template <typename Numbers, std::size_t Group>
WHISPER_TARGET inline void pack_int8(const std::byte* row, std::size_t columns,
                                     const WeightBlock& to, std::size_t output) {
  __m512 most = _mm512_setzero_ps();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    most = _mm512_max_ps(most, _mm512_abs_ps(Numbers::load(row, i)));
  }
  const float largest = _mm512_reduce_max_ps(most);
  const float scale = largest > 0 ? largest / kLargestWeight : 1;
  const __m512 divisor = _mm512_set1_ps(scale);
  __m512i all = _mm512_setzero_si512();
  for (std::size_t i = 0; i < columns; i += kLanes) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_div_ps(Numbers::load(row, i), divisor));
    all = _mm512_add_epi32(all, steps);
    alignas(kLanes) std::array<std::byte, kLanes> bytes;
    _mm_store_si128(reinterpret_cast<__m128i*>(bytes.data()), _mm512_cvtsepi32_epi8(steps));
    spread<Group>(bytes.data(), kLanes, output, to.numbers + i * kOutputs);
  }
  to.scales[output] = scale;
  if (to.sums != nullptr) to.sums[output] = _mm512_reduce_add_epi32(all);
}

// Weights as large as inputs, in groups.
struct Alike {
  WHISPER_TARGET static __m512i load(const std::byte* block, std::size_t i, std::size_t output) {
    return _mm512_loadu_si512(block + i * kOutputs + output * kGroup);
  }
};

struct Int8 : Alike {
  static constexpr std::size_t kBytes = 1;
  static constexpr std::size_t kInputBytes = 1;

  template <typename Numbers>
  WHISPER_TARGET static void pack_row(const std::byte* row, std::size_t columns,
                                      const WeightBlock& to, std::size_t output) {
    pack_int8<Numbers, kGroup>(row, columns, to, output);
  }

  WHISPER_TARGET static void read(const float* from, std::size_t columns, const InputRows& to,
                                  std::size_t row) {
    __m512 least = _mm512_setzero_ps();
    __m512 most = _mm512_setzero_ps();
    for (std::size_t i = 0; i < columns; i += kLanes) {
      least = _mm512_min_ps(least, _mm512_loadu_ps(from + i));
      most = _mm512_max_ps(most, _mm512_loadu_ps(from + i));
    }
    const float low = _mm512_reduce_min_ps(least);
    const float range = _mm512_reduce_max_ps(most) / kLargestInput - low / kLargestInput;
    const float step = range > 0 ? range : 1;
    to.steps[row] = step;
    to.zeros[row] = static_cast<std::int32_t>(std::nearbyint(-low / step));
    const __m512 divisor = _mm512_set1_ps(step);
    const __m512i shift = _mm512_set1_epi32(to.zeros[row]);
    std::byte* const bytes = to.numbers + row * to.row_bytes;
    for (std::size_t i = 0; i < columns; i += kLanes) {
      const __m512i steps = _mm512_cvtps_epi32(_mm512_div_ps(_mm512_loadu_ps(from + i), divisor));
      const __m512i shifted =
          _mm512_max_epi32(_mm512_add_epi32(steps, shift), _mm512_setzero_si512());
      _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + i), _mm512_cvtusepi32_epi8(shifted));
    }
  }

  WHISPER_TARGET static __m512i add(__m512i sum, __m512i left, __m512i right) {
    return _mm512_dpbusd_epi32(sum, left, right);
  }

  WHISPER_TARGET static __m512 finish(__m512i sum, const InputRows& inputs, std::size_t row,
                                      const WeightBlock& block, std::size_t output, __m512 bias) {
    const __m512i zero = _mm512_set1_epi32(inputs.zeros[row]);
    const __m512i shift = _mm512_mullo_epi32(_mm512_loadu_si512(block.sums + output), zero);
    const __m512 step =
        _mm512_mul_ps(_mm512_loadu_ps(block.scales + output), _mm512_set1_ps(inputs.steps[row]));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(sum, shift)), step, bias);
  }
};

// Inputs of int16, in pairs.
struct Int16Inputs {
  static constexpr std::size_t kInputBytes = 2;

  // The largest number becomes `largest`.
  WHISPER_TARGET static void read(const float* from, std::size_t columns, float largest,
                                  const InputRows& to, std::size_t row) {
    const float least = largest_of(from, columns) / largest;
    to.steps[row] = least > 0 ? least : 1;
    std::byte* const bytes = to.numbers + row * to.row_bytes;
    for (std::size_t i = 0; i < columns; i += kLanes) {
      store_steps(_mm512_loadu_ps(from + i), to.steps[row], bytes + i * kInputBytes);
    }
  }

  WHISPER_TARGET static void store_steps(__m512 numbers, float step, std::byte* to) {
    const __m512i steps = _mm512_cvtps_epi32(_mm512_div_ps(numbers, _mm512_set1_ps(step)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtsepi32_epi16(steps));
  }

  WHISPER_TARGET static __m512i add(__m512i sum, __m512i left, __m512i right) {
    return _mm512_dpwssd_epi32(sum, left, right);
  }

  WHISPER_TARGET static __m512 finish(__m512i sum, const InputRows& inputs, std::size_t row,
                                      const WeightBlock& block, std::size_t output, __m512 bias) {
    const __m512 step =
        _mm512_mul_ps(_mm512_loadu_ps(block.scales + output), _mm512_set1_ps(inputs.steps[row]));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), step, bias);
  }
};

// Fixed point: sums of 32 bits never overflow, since inputs have 13 bits and an output's weights
// together no more than the 18 that are left.
struct Int16 : Alike, Int16Inputs {
  static constexpr std::size_t kBytes = 2;
  static constexpr float kLargestInput = 4095;
  static constexpr float kLargestWeight = 32767;
  static constexpr float kLargestTotal = 524288;  // of an output's weights, without their signs

  template <typename Numbers>
  WHISPER_TARGET static void pack_row(const std::byte* row, std::size_t columns,
                                      const WeightBlock& to, std::size_t output) {
    __m512 most = _mm512_setzero_ps();
    __m512 all = _mm512_setzero_ps();
    for (std::size_t i = 0; i < columns; i += kLanes) {
      const __m512 size = _mm512_abs_ps(Numbers::load(row, i));
      most = _mm512_max_ps(most, size);
      all = _mm512_add_ps(all, size);
    }
    const float room = kLargestTotal - static_cast<float>(columns);  // each may be rounded up
    const float least =
        std::max(_mm512_reduce_max_ps(most) / kLargestWeight, _mm512_reduce_add_ps(all) / room);
    const float scale = least > 0 ? least : 1;
    for (std::size_t i = 0; i < columns; i += kLanes) {
      std::array<std::byte, kLanes * kBytes> bytes;
      store_steps(Numbers::load(row, i), scale, bytes.data());
      spread<kGroup>(bytes.data(), bytes.size(), output, to.numbers + i * kBytes * kOutputs);
    }
    to.scales[output] = scale;
  }

  WHISPER_TARGET static void read(const float* from, std::size_t columns, const InputRows& to,
                                  std::size_t row) {
    Int16Inputs::read(from, columns, kLargestInput, to, row);
  }
};

// Weights become int16 as they are read, from memory and once.
struct Int8Weights : Int16Inputs {
  static constexpr std::size_t kBytes = 1;
  static constexpr std::size_t kAhead = 2048;  // bytes

  template <typename Numbers>
  WHISPER_TARGET static void pack_row(const std::byte* row, std::size_t columns,
                                      const WeightBlock& to, std::size_t output) {
    pack_int8<Numbers, kGroup / kInputBytes>(row, columns, to, output);
  }

  // As large as sums of 32 bits allow, if all weights were as large as the largest.
  WHISPER_TARGET static void read(const float* from, std::size_t columns, const InputRows& to,
                                  std::size_t row) {
    constexpr float kLargestTotal = 16777216;  // times 127 is less than 2^31
    const float largest = std::min(32767.0F, kLargestTotal / static_cast<float>(columns) - 1);
    Int16Inputs::read(from, columns, largest, to, row);
  }

  WHISPER_TARGET static __m512i load(const std::byte* block, std::size_t i, std::size_t output) {
    const auto* const place = block + i / kInputBytes * kOutputs + output * kGroup / kInputBytes;
    _mm_prefetch(reinterpret_cast<const char*>(place + kAhead), _MM_HINT_T0);
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(place)));
  }
};

struct Rounded : Alike {
  static constexpr std::size_t kBytes = 2;
  static constexpr std::size_t kInputBytes = 2;

  WHISPER_TARGET static void round(__m512 numbers, std::byte* to) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(numbers)));
  }

  template <typename Numbers>
  WHISPER_TARGET static void pack_row(const std::byte* row, std::size_t columns,
                                      const WeightBlock& to, std::size_t output) {
    for (std::size_t i = 0; i < columns; i += kLanes) {
      std::array<std::byte, kLanes * kBytes> bytes;
      round(Numbers::load(row, i), bytes.data());
      spread<kGroup>(bytes.data(), bytes.size(), output, to.numbers + i * kBytes * kOutputs);
    }
  }

  WHISPER_TARGET static void read(const float* from, std::size_t columns, const InputRows& to,
                                  std::size_t row) {
    std::byte* const bytes = to.numbers + row * to.row_bytes;
    for (std::size_t i = 0; i < columns; i += kLanes) {
      round(_mm512_loadu_ps(from + i), bytes + i * kBytes);
    }
  }

  WHISPER_TARGET static __m512i add(__m512i sum, __m512i left, __m512i right) {
    return _mm512_castps_si512(_mm512_dpbf16_ps(_mm512_castsi512_ps(sum),
                                                reinterpret_cast<__m512bh>(left),
                                                reinterpret_cast<__m512bh>(right)));
  }

  WHISPER_TARGET static __m512 finish(__m512i sum, const InputRows& /*inputs*/, std::size_t /*row*/,
                                      const WeightBlock& /*block*/, std::size_t /*output*/,
                                      __m512 bias) {
    return _mm512_add_ps(_mm512_castsi512_ps(sum), bias);
  }
};

template <typename Format, typename Numbers>
WHISPER_TARGET void pack_rows(const std::byte* rows, std::size_t columns, const WeightBlock& to) {
  for (std::size_t row = 0; row < kOutputs; ++row) {
    Format::template pack_row<Numbers>(rows + row * columns * Numbers::kBytes, columns, to, row);
  }
}

template <typename Format>
WHISPER_TARGET void pack(const float* rows, std::size_t columns, const WeightBlock& to) {
  pack_rows<Format, Floats>(reinterpret_cast<const std::byte*>(rows), columns, to);
}

struct RoughExponential {
  WHISPER_AVX512 __m512 operator()(__m512 x) const {
    return power_of_two(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)));
  }
};

template <typename Format, std::size_t Count>
WHISPER_TARGET inline void add_up(const std::byte* inputs, std::size_t row_bytes,
                                  const std::byte* block, std::int32_t* result) {
  __m512i sums[Count][kVectors];
  WHISPER_UNROLL
  for (std::size_t row = 0; row < Count; ++row) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] = _mm512_setzero_si512();
  }
  for (std::size_t i = 0; i < row_bytes; i += kGroup) {
    __m512i right[kVectors];
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      right[v] = Format::load(block, i, v * kLanes);
    }
    WHISPER_UNROLL
    for (std::size_t row = 0; row < Count; ++row) {
      const __m512i left = four_bytes(inputs + row * row_bytes + i);
      WHISPER_UNROLL
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[row][v] = Format::add(sums[row][v], left, right[v]);
      }
    }
  }
  WHISPER_UNROLL
  for (std::size_t row = 0; row < Count; ++row) {
    WHISPER_UNROLL
    for (std::size_t v = 0; v < kVectors; ++v) {
      _mm512_store_si512(result + row * kOutputs + v * kLanes, sums[row][v]);
    }
  }
}

WHISPER_TARGET inline void finish_vector(__m512 value, float* to, Finish finish) {
  if (finish == Finish::add) value = _mm512_add_ps(value, _mm512_loadu_ps(to));
  if (finish == Finish::gelu) value = gelu(value, RoughExponential{});
  _mm512_storeu_ps(to, value);
}

template <typename Format, std::size_t Count>
WHISPER_TARGET void multiply_rows(const InputRows& inputs, std::size_t first,
                                  const WeightBlock& block, const float* bias,
                                  const OutputRows& to) {
  alignas(64) std::array<std::int32_t, Count * kOutputs> sums;
  add_up<Format, Count>(inputs.numbers + first * inputs.row_bytes, inputs.row_bytes, block.numbers,
                        sums.data());
  for (std::size_t row = 0; row < Count; ++row) {
    for (std::size_t output = 0; output < kOutputs; output += kLanes) {
      const __m512i sum = _mm512_load_si512(sums.data() + row * kOutputs + output);
      finish_vector(
          Format::finish(sum, inputs, first + row, block, output, _mm512_loadu_ps(bias + output)),
          to.numbers + row * to.stride + output, to.finish);
    }
  }
}

template <typename Format>
void multiply(const InputRows& inputs, std::size_t first, std::size_t rows,
              const WeightBlock& block, const float* bias, const OutputRows& to) {
  constexpr std::array kByRows{multiply_rows<Format, 1>, multiply_rows<Format, 2>,
                               multiply_rows<Format, 3>, multiply_rows<Format, 4>,
                               multiply_rows<Format, 5>, multiply_rows<Format, 6>};
  static_assert(kByRows.size() == LayerTiles::kRows);
  kByRows[rows - 1](inputs, first, block, bias, to);
}

template <typename Format>
constexpr LayerTiles kTiles{.weight_bytes = Format::kBytes,
                            .input_bytes = Format::kInputBytes,
                            .pack = pack<Format>,
                            .pack_halves = pack_rows<Format, Halves>,
                            .read = Format::read,
                            .multiply = multiply<Format>,
                            .normalize = normalize_row};

bool has_bfloat16() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

}  // namespace
#endif

const LayerTiles* layer_tiles(TileFormat format) {
#ifdef WHISPER_LAYER_TILES
  static const bool integers = has_avx512_vnni();
  static const bool rounded = has_bfloat16();
  switch (format) {
    case TileFormat::int8: return integers ? &kTiles<Int8> : nullptr;
    case TileFormat::int8_weights: return integers ? &kTiles<Int8Weights> : nullptr;
    case TileFormat::int16: return integers ? &kTiles<Int16> : nullptr;
    default: return rounded ? &kTiles<Rounded> : nullptr;
  }
#else
  return nullptr;
#endif
}

}  // namespace whisper
