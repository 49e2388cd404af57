// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

// SHA-256 by the instructions that x86 processors have for it, some eight times as fast: for files
// of gigabytes.
namespace clams::detail {

using Sha256State = std::array<std::uint32_t, 8>;

#if defined(__x86_64__)

/// Whether this processor has them: SHA, and SSE4.1 for bringing the words into their order.
CLAMS_INLINE bool has_sha256_instructions() noexcept {
  constexpr unsigned kSha = 1U << 29U;
  constexpr unsigned kSse41 = 1U << 19U;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse41) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

/// The two halves of the state, in the order that the instructions want.
struct Sha256Halves {
  __m128i abef;
  __m128i cdgh;
};

[[gnu::target("sha,sse4.1")]] inline void sha256_four_rounds(Sha256Halves& halves, __m128i words,
                                                             const std::uint32_t* constants) {
  const auto* const from = reinterpret_cast<const __m128i*>(constants);
  __m128i sum = _mm_add_epi32(words, _mm_loadu_si128(from));
  halves.cdgh = _mm_sha256rnds2_epu32(halves.cdgh, halves.abef, sum);
  sum = _mm_shuffle_epi32(sum, 0x0E);
  halves.abef = _mm_sha256rnds2_epu32(halves.abef, halves.cdgh, sum);
}

/// Four words of the schedule, out of the sixteen before them.
[[gnu::target("sha,sse4.1")]] inline __m128i sha256_next_words(__m128i w0, __m128i w1, __m128i w2,
                                                               __m128i w3) {
  const __m128i middle = _mm_alignr_epi8(w3, w2, 4);
  return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), middle), w3);
}

[[gnu::target("sha,sse4.1")]] inline __m128i sha256_load_words(const unsigned char* bytes) {
  const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)), order);
}

[[gnu::target("sha,sse4.1")]] inline void sha256_block(Sha256Halves& halves,
                                                       const unsigned char* block,
                                                       const std::uint32_t* constants) {
  const Sha256Halves before = halves;
  __m128i w0 = sha256_load_words(block);
  __m128i w1 = sha256_load_words(block + 16);
  __m128i w2 = sha256_load_words(block + 32);
  __m128i w3 = sha256_load_words(block + 48);
  for (int i = 0; i < 64; i += 16) {
    if (i != 0) {
      w0 = sha256_next_words(w0, w1, w2, w3);
      w1 = sha256_next_words(w1, w2, w3, w0);
      w2 = sha256_next_words(w2, w3, w0, w1);
      w3 = sha256_next_words(w3, w0, w1, w2);
    }
    sha256_four_rounds(halves, w0, constants + i);
    sha256_four_rounds(halves, w1, constants + i + 4);
    sha256_four_rounds(halves, w2, constants + i + 8);
    sha256_four_rounds(halves, w3, constants + i + 12);
  }
  halves.abef = _mm_add_epi32(halves.abef, before.abef);
  halves.cdgh = _mm_add_epi32(halves.cdgh, before.cdgh);
}

/// @pre has_sha256_instructions()
[[gnu::target("sha,sse4.1")]] CLAMS_INLINE void sha256_compress_native(
    Sha256State& state, const unsigned char* blocks, std::size_t count,
    const std::uint32_t* constants) {
  auto* const words = reinterpret_cast<__m128i*>(state.data());
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xB1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1B);
  Sha256Halves halves{_mm_alignr_epi8(low, high, 8), _mm_blend_epi16(high, low, 0xF0)};
  for (std::size_t i = 0; i < count; ++i) sha256_block(halves, blocks + 64 * i, constants);
  low = _mm_shuffle_epi32(halves.abef, 0x1B);
  high = _mm_shuffle_epi32(halves.cdgh, 0xB1);
  _mm_storeu_si128(words, _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(high, low, 8));
}

#else

CLAMS_INLINE bool has_sha256_instructions() noexcept { return false; }

CLAMS_INLINE void sha256_compress_native(Sha256State&, const unsigned char*, std::size_t,
                                         const std::uint32_t*) {}

#endif

}  // namespace clams::detail
