// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/body_decoder.hpp>
#include <clams/util/config.hpp>
#include <clams/util/detail/large_room.hpp>

#include <algorithm>
#include <charconv>

namespace clams::detail {

// 16 digits are all that 64 bits hold.
inline constexpr std::size_t kMostSizeDigits = 15;
inline constexpr std::size_t kLongestSizeLine = 256;
inline constexpr std::uint64_t kReadyRoom = std::uint64_t{64} << 20U;
inline constexpr std::size_t kLongestTrailer = 8192;

CLAMS_INLINE int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

CLAMS_INLINE BodyDecoder BodyDecoder::for_head(const RequestHead& head, std::uint64_t limit) {
  if (!field_value(head, "transfer-encoding").empty()) return for_chunks(limit);
  const std::string_view text = field_value(head, "content-length");
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);  // checked with the head
  return for_length(length, limit);
}

CLAMS_INLINE BodyDecoder BodyDecoder::for_length(std::uint64_t length, std::uint64_t limit) {
  BodyDecoder decoder{limit};
  decoder.left_ = length;
  if (length == 0) decoder.state_ = State::whole;
  if (length > limit) decoder.state_ = State::too_large;
  return decoder;
}

CLAMS_INLINE BodyDecoder BodyDecoder::for_chunks(std::uint64_t limit) {
  BodyDecoder decoder{limit};
  decoder.chunked_ = true;
  return decoder;
}

CLAMS_INLINE BodyDecoder::State BodyDecoder::feed(std::string_view& bytes, std::string& body) {
  while (state_ == State::more && !bytes.empty()) {
    if (!chunked_ || phase_ == Phase::data) {
      take_data(bytes, body);
    } else {
      take_framing(bytes.front());
      bytes.remove_prefix(1);
    }
  }
  return state_;
}

// Room that is not written to costs nothing; still, little is had for a mere promise of much.
CLAMS_INLINE void BodyDecoder::make_room(std::string& body, std::size_t count) const {
  const std::size_t needed = body.size() + count;
  if (chunked_ || needed <= body.capacity()) return;
  const std::uint64_t whole = body.size() + left_;
  const std::uint64_t ready = std::max<std::uint64_t>(kReadyRoom, 2 * std::uint64_t{needed});
  reserve_room(body, static_cast<std::size_t>(std::min(whole, ready)));
}

CLAMS_INLINE void BodyDecoder::take_data(std::string_view& bytes, std::string& body) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  make_room(body, count);
  body.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  left_ -= count;
  if (left_ > 0) return;
  if (chunked_) {
    phase_ = Phase::data_return;
  } else {
    state_ = State::whole;
  }
}

CLAMS_INLINE void BodyDecoder::take_framing(char c) {
  switch (phase_) {
    case Phase::size: return take_size(c);
    case Phase::extension:
      if (++line_length_ > kLongestSizeLine || (is_control(c) && c != '\r')) {
        state_ = State::malformed;
      } else if (c == '\r') {
        phase_ = Phase::size_end;
      }
      return;
    case Phase::size_end:
      if (c != '\n') {
        state_ = State::malformed;
      } else {
        end_size_line();
      }
      return;
    case Phase::data_return: return expect(c, '\r', Phase::data_end);
    case Phase::data_end: return expect(c, '\n', Phase::size);
    case Phase::trailer: return take_trailer(c);
    case Phase::data: return;
  }
}

CLAMS_INLINE void BodyDecoder::take_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    if (++line_length_ > kMostSizeDigits) state_ = State::malformed;
  } else if (line_length_ > 0 && (c == '\r' || c == ';')) {
    phase_ = c == '\r' ? Phase::size_end : Phase::extension;
  } else {
    state_ = State::malformed;
  }
}

CLAMS_INLINE void BodyDecoder::end_size_line() {
  line_length_ = 0;
  if (left_ == 0) {
    phase_ = Phase::trailer;
    return;
  }
  taken_ += left_;
  if (taken_ > limit_) state_ = State::too_large;
  phase_ = Phase::data;
}

// Trailer fields say nothing that matters here; they are read over, up to the empty line.
CLAMS_INLINE void BodyDecoder::take_trailer(char c) {
  const bool after_return = last_ == '\r';
  last_ = c;
  if (++trailer_length_ > kLongestTrailer || after_return != (c == '\n') ||
      (is_control(c) && c != '\r' && c != '\n')) {
    state_ = State::malformed;
  } else if (c == '\n') {
    if (line_length_ == 0) state_ = State::whole;
    line_length_ = 0;
  } else if (c != '\r') {
    ++line_length_;
  }
}

CLAMS_INLINE void BodyDecoder::expect(char c, char wanted, Phase next) {
  if (c != wanted) {
    state_ = State::malformed;
    return;
  }
  phase_ = next;
}

}  // namespace clams::detail
