// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/hash.hpp>
#include <clams/util/impl/sha256_native.ipp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace clams {

namespace detail {

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4).
inline constexpr std::array<std::uint32_t, 64> kSha256Constants{
    0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U,
    0xab1c5ed5U, 0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU,
    0x9bdc06a7U, 0xc19bf174U, 0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU,
    0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU, 0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U,
    0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U, 0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU,
    0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U, 0xa2bfe8a1U, 0xa81a664bU,
    0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U, 0x19a4c116U,
    0x1e376c08U, 0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U,
    0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U,
    0xc67178f2U,
};

// floor(2^32 * abs(sin(i + 1))), as RFC 1321 defines them.
inline constexpr std::array<std::uint32_t, 64> kMd5Constants{
    0xd76aa478U, 0xe8c7b756U, 0x242070dbU, 0xc1bdceeeU, 0xf57c0fafU, 0x4787c62aU, 0xa8304613U,
    0xfd469501U, 0x698098d8U, 0x8b44f7afU, 0xffff5bb1U, 0x895cd7beU, 0x6b901122U, 0xfd987193U,
    0xa679438eU, 0x49b40821U, 0xf61e2562U, 0xc040b340U, 0x265e5a51U, 0xe9b6c7aaU, 0xd62f105dU,
    0x02441453U, 0xd8a1e681U, 0xe7d3fbc8U, 0x21e1cde6U, 0xc33707d6U, 0xf4d50d87U, 0x455a14edU,
    0xa9e3e905U, 0xfcefa3f8U, 0x676f02d9U, 0x8d2a4c8aU, 0xfffa3942U, 0x8771f681U, 0x6d9d6122U,
    0xfde5380cU, 0xa4beea44U, 0x4bdecfa9U, 0xf6bb4b60U, 0xbebfbc70U, 0x289b7ec6U, 0xeaa127faU,
    0xd4ef3085U, 0x04881d05U, 0xd9d4d039U, 0xe6db99e5U, 0x1fa27cf8U, 0xc4ac5665U, 0xf4292244U,
    0x432aff97U, 0xab9423a7U, 0xfc93a039U, 0x655b59c3U, 0x8f0ccc92U, 0xffeff47dU, 0x85845dd1U,
    0x6fa87e4fU, 0xfe2ce6e0U, 0xa3014314U, 0x4e0811a1U, 0xf7537e82U, 0xbd3af235U, 0x2ad7d2bbU,
    0xeb86d391U,
};

inline constexpr std::array<std::array<int, 4>, 4> kMd5Rotations{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using Md5State = std::array<std::uint32_t, 4>;

CLAMS_INLINE std::string hash_hex(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < count; ++i) {
    result += kDigits[bytes[i] >> 4U];
    result += kDigits[bytes[i] & 0x0FU];
  }
  return result;
}

CLAMS_INLINE std::uint32_t md5_word(const unsigned char* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8U |
         static_cast<std::uint32_t>(bytes[2]) << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
}

/// The round function and the index of the word it takes, for one of the 64 steps.
CLAMS_INLINE std::pair<std::uint32_t, std::size_t> md5_mix(std::size_t step, std::uint32_t b,
                                                           std::uint32_t c, std::uint32_t d) {
  switch (step / 16) {
    case 0: return {(b & c) | (~b & d), step};
    case 1: return {(d & b) | (~d & c), (5 * step + 1) % 16};
    case 2: return {b ^ c ^ d, (3 * step + 5) % 16};
    default: return {c ^ (b | ~d), (7 * step) % 16};
  }
}

CLAMS_INLINE void md5_compress(Md5State& state, const unsigned char* block) {
  auto [a, b, c, d] = state;
  for (std::size_t step = 0; step < 64; ++step) {
    const auto [mixed, word] = md5_mix(step, b, c, d);
    const std::uint32_t sum = a + mixed + kMd5Constants[step] + md5_word(block + 4 * word);
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kMd5Rotations[step / 16][step % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

CLAMS_INLINE std::uint32_t sha256_word(const unsigned char* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24U | static_cast<std::uint32_t>(bytes[1]) << 16U |
         static_cast<std::uint32_t>(bytes[2]) << 8U | static_cast<std::uint32_t>(bytes[3]);
}

CLAMS_INLINE std::array<std::uint32_t, 64> sha256_schedule(const unsigned char* block) {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = sha256_word(block + 4 * i);
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t near = words[i - 15];
    const std::uint32_t far = words[i - 2];
    const std::uint32_t s0 = std::rotr(near, 7) ^ std::rotr(near, 18) ^ (near >> 3U);
    const std::uint32_t s1 = std::rotr(far, 17) ^ std::rotr(far, 19) ^ (far >> 10U);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  return words;
}

CLAMS_INLINE void sha256_compress_portable(Sha256State& state, const unsigned char* block) {
  const auto words = sha256_schedule(block);
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t choice = (e & f) ^ (~e & g);
    const std::uint32_t first = h + s1 + choice + kSha256Constants[i] + words[i];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + s0 + majority;
  }
  const Sha256State added{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < added.size(); ++i) state[i] += added[i];
}

/// The end that both hashes append: 0x80, zeros, and the length in bits as the last eight bytes of
/// a block, lowest byte first for MD5 and last for SHA-256.
CLAMS_INLINE std::string hash_padding(std::uint64_t length, std::endian order) {
  const auto used = static_cast<std::size_t>(length % 64);
  std::string padding(used < 56 ? 56 - used : 120 - used, '\0');
  padding.front() = static_cast<char>(0x80);
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned shift = order == std::endian::little ? 8 * i : 56 - 8 * i;
    padding += static_cast<char>((length * 8) >> shift);
  }
  return padding;
}

}  // namespace detail

CLAMS_INLINE std::string md5_hex(std::string_view data) {
  const std::string padded =
      std::string{data} + detail::hash_padding(data.size(), std::endian::little);
  detail::Md5State state{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U};
  const auto* bytes = reinterpret_cast<const unsigned char*>(padded.data());
  for (std::size_t at = 0; at < padded.size(); at += 64) detail::md5_compress(state, bytes + at);

  std::array<unsigned char, 16> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(state[i / 4] >> (8 * (i % 4)));
  }
  return detail::hash_hex(digest.data(), digest.size());
}

CLAMS_INLINE std::string sha256_hex(std::string_view data) {
  Sha256 hash;
  hash.update(data);
  return hash.hex();
}

CLAMS_INLINE void Sha256::compress(const unsigned char* blocks, std::size_t count) {
  static const bool native = detail::has_sha256_instructions();
  if (native) {
    detail::sha256_compress_native(state_, blocks, count, detail::kSha256Constants.data());
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    detail::sha256_compress_portable(state_, blocks + kBlock * i);
  }
}

CLAMS_INLINE void Sha256::update(std::string_view data) {
  while (!data.empty()) {
    const auto used = static_cast<std::size_t>(length_ % kBlock);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t taken = data.size() - data.size() % kBlock;
    if (used == 0 && taken != 0) {  // whole blocks need no copy
      compress(bytes, taken / kBlock);
    } else {
      taken = std::min(kBlock - used, data.size());
      std::memcpy(pending_.data() + used, bytes, taken);
      if (used + taken == kBlock) compress(pending_.data(), 1);
    }
    length_ += taken;
    data.remove_prefix(taken);
  }
}

CLAMS_INLINE std::string Sha256::hex() const {
  Sha256 finished = *this;
  finished.update(detail::hash_padding(length_, std::endian::big));
  std::array<unsigned char, 32> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(finished.state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return detail::hash_hex(digest.data(), digest.size());
}

}  // namespace clams
