// SPDX-License-Identifier: Apache-2.0
#include "audio/wav_format.hpp"

#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string>
#include <string_view>

namespace whisper {

namespace {

constexpr int kHighestRate = 768000;
constexpr int kMostChannels = 64;
constexpr std::uint32_t kUnknownSize = 0xFFFFFFFFU;  // of a file that was written as a stream
constexpr unsigned kExtensible = 0xFFFE;

struct EncodingRow {
  unsigned tag;
  unsigned bits;
  WavEncoding encoding;
};
constexpr std::array kEncodings{
    EncodingRow{1, 8, WavEncoding::uint8},    EncodingRow{1, 16, WavEncoding::int16},
    EncodingRow{1, 24, WavEncoding::int24},   EncodingRow{1, 32, WavEncoding::int32},
    EncodingRow{3, 32, WavEncoding::float32}, EncodingRow{3, 64, WavEncoding::float64},
    EncodingRow{6, 8, WavEncoding::a_law},    EncodingRow{7, 8, WavEncoding::mu_law},
};

[[noreturn]] void refuse(const std::string& problem) {
  throw clams::Error{clams::ErrorCode::invalid_input, problem};
}

std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | std::to_integer<std::uint64_t>(bytes[offset + i]);
  }
  return value;
}

std::string_view name_at(std::span<const std::byte> bytes, std::size_t offset) {
  return {reinterpret_cast<const char*>(bytes.data()) + offset, 4};
}

/// The chunk headers of a file, one after the other.
class ChunkWalk {
 public:
  explicit ChunkWalk(const SourceFile& file) : file_(file) {
    std::array<std::byte, 12> start{};
    if (file.read_at(0, start) < start.size() || name_at(start, 8) != "WAVE" ||
        (name_at(start, 0) != "RIFF" && name_at(start, 0) != "RF64")) {
      refuse("it is not a WAV file, and this program is built without FFmpeg");
    }
  }

  /// Moves to the next chunk; false if there is none.
  bool next() {
    if (file_.read_at(end_, header_) < header_.size()) return false;
    begin_ = end_ + std::int64_t{8};
    const auto size = static_cast<std::int64_t>(number_at(header_, 4, 4));
    end_ = begin_ + size + size % 2;
    return true;
  }

  [[nodiscard]] std::string_view name() const { return name_at(header_, 0); }
  [[nodiscard]] std::int64_t begin() const { return begin_; }
  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(number_at(header_, 4, 4));
  }

  /// The first bytes of the chunk, as many as fit.
  template <std::size_t kSize>
  std::size_t content(std::array<std::byte, kSize>& bytes) const {
    const auto wanted = std::min<std::size_t>(bytes.size(), size());
    return file_.read_at(begin_, std::span{bytes}.first(wanted));
  }

 private:
  const SourceFile& file_;
  std::array<std::byte, 8> header_{};
  std::int64_t begin_ = 0;
  std::int64_t end_ = 12;
};

void read_format_chunk(const ChunkWalk& chunk, WavFormat& format) {
  std::array<std::byte, 40> bytes{};
  const auto size = chunk.content(bytes);
  if (size < 16) refuse("its WAV header is too short to tell the format");
  auto tag = static_cast<unsigned>(number_at(bytes, 0, 2));
  const auto channels = number_at(bytes, 2, 2);
  const auto rate = number_at(bytes, 4, 4);
  const auto bits = static_cast<unsigned>(number_at(bytes, 14, 2));
  if (tag == kExtensible && size >= 26) tag = static_cast<unsigned>(number_at(bytes, 24, 2));
  const auto* row = std::find_if(kEncodings.begin(), kEncodings.end(), [&](const auto& known) {
    return known.tag == tag && known.bits == bits;
  });
  if (row == kEncodings.end()) {
    refuse("its WAV encoding (format " + std::to_string(tag) + " of " + std::to_string(bits) +
           " bits) needs FFmpeg, which this program is built without");
  }
  if (rate == 0 || rate > kHighestRate) {
    refuse("its sample rate is " + std::to_string(rate) + " Hz; right is 1 to " +
           std::to_string(kHighestRate));
  }
  if (channels == 0 || channels > kMostChannels) {
    refuse("it has " + std::to_string(channels) + " channels; right is 1 to " +
           std::to_string(kMostChannels));
  }
  format.encoding = row->encoding;
  format.rate = static_cast<int>(rate);
  format.channels = static_cast<int>(channels);
  format.sample_bytes = static_cast<int>(bits / 8);
}

float law_sample(unsigned magnitude, bool is_negative) {
  const auto value = static_cast<float>(magnitude) / 32768.0F;
  return is_negative ? -value : value;
}

float from_mu_law(std::byte stored) {
  const unsigned code = ~std::to_integer<unsigned>(stored) & 0xFFU;
  const unsigned magnitude = ((((code & 0xFU) << 3U) + 132U) << ((code >> 4U) & 7U)) - 132U;
  return law_sample(magnitude, (code & 0x80U) != 0);
}

float from_a_law(std::byte stored) {
  const unsigned code = std::to_integer<unsigned>(stored) ^ 0x55U;
  const unsigned exponent = (code >> 4U) & 7U;
  const unsigned mantissa = ((code & 0xFU) << 4U) + 8U;
  const unsigned magnitude = exponent == 0 ? mantissa : (mantissa + 256U) << (exponent - 1U);
  return law_sample(magnitude, (code & 0x80U) == 0);
}

float sample_at(WavEncoding encoding, std::span<const std::byte> bytes) {
  const auto integer = [&](std::size_t size) {  // in the upper bits, so that the sign is right
    return static_cast<float>(
        static_cast<std::int32_t>(number_at(bytes, 0, size) << (8 * (4 - size))));
  };
  constexpr float kFullScale = 2147483648.0F;
  switch (encoding) {
    case WavEncoding::uint8:
      return (static_cast<float>(std::to_integer<int>(bytes[0])) - 128.0F) / 128.0F;
    case WavEncoding::int16: return integer(2) / kFullScale;
    case WavEncoding::int24: return integer(3) / kFullScale;
    case WavEncoding::int32: return integer(4) / kFullScale;
    case WavEncoding::float32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(number_at(bytes, 0, 4)));
    case WavEncoding::float64:
      return static_cast<float>(std::bit_cast<double>(number_at(bytes, 0, 8)));
    case WavEncoding::a_law: return from_a_law(bytes[0]);
    case WavEncoding::mu_law: return from_mu_law(bytes[0]);
  }
  return 0.0F;
}

}  // namespace

WavFormat read_wav_format(const SourceFile& file) {
  WavFormat format;
  std::optional<std::int64_t> long_size;
  ChunkWalk chunk{file};
  while (chunk.next()) {
    if (chunk.name() == "fmt ") read_format_chunk(chunk, format);
    if (std::array<std::byte, 16> sizes{}; chunk.name() == "ds64" && chunk.content(sizes) == 16) {
      long_size = static_cast<std::int64_t>(number_at(sizes, 8, 8) & INT64_MAX);
    }
    if (chunk.name() != "data") continue;
    if (format.rate == 0) refuse("its WAV header does not tell the format before the samples");
    const auto room = file.size() - chunk.begin();
    auto size = static_cast<std::int64_t>(chunk.size());
    if (chunk.size() == kUnknownSize) size = long_size.value_or(room);
    if (size == 0) size = room;
    size = std::min(size, room);
    format.data_begin = chunk.begin();
    format.data_end = chunk.begin() + size - size % format.frame_bytes();
    return format;
  }
  refuse("it is a WAV file without samples");
}

void mix_wav_frames(const WavFormat& format, std::span<const std::byte> bytes,
                    std::span<float> mono) {
  const auto step = static_cast<std::size_t>(format.sample_bytes);
  const auto channels = static_cast<std::size_t>(format.channels);
  std::size_t offset = 0;
  for (float& mixed : mono) {
    float sum = 0.0F;
    for (std::size_t c = 0; c < channels; ++c, offset += step) {
      const float sample = sample_at(format.encoding, bytes.subspan(offset, step));
      if (sample == sample) sum += sample;  // a float file may hold anything, even NaN
    }
    mixed = std::clamp(sum / static_cast<float>(channels), -1.0F, 1.0F);
  }
}

}  // namespace whisper
