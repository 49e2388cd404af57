// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_head.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clams::detail {

/// Takes one request's body out of the bytes that follow its head: a known number of them, or
/// chunks, whose framing is read strictly by RFC 9112 so that nobody can hide a request in it.
///
/// Ownership: a value; the body is the caller's.
/// Threads: confined.
/// Errors: states, none is thrown.
class BodyDecoder {
 public:
  enum class State {
    more,       ///< bytes are missing
    whole,      ///< the body has ended; what is left of the bytes is the next request's
    malformed,  ///< the chunks are
    too_large   ///< more than the limit
  };

  /// The framing of a head that has passed parse_request_head.
  static BodyDecoder for_head(const RequestHead& head, std::uint64_t limit);
  static BodyDecoder for_length(std::uint64_t length, std::uint64_t limit);
  static BodyDecoder for_chunks(std::uint64_t limit);

  /// Appends what it finds to `body`, and removes what it has read from the front of `bytes`.
  [[nodiscard]] State feed(std::string_view& bytes, std::string& body);

  [[nodiscard]] State state() const noexcept { return state_; }

 private:
  explicit BodyDecoder(std::uint64_t limit) : limit_(limit) {}

  enum class Phase { size, extension, size_end, data, data_return, data_end, trailer };

  void make_room(std::string& body, std::size_t count) const;
  void take_data(std::string_view& bytes, std::string& body);
  void take_framing(char c);
  void take_size(char c);
  void end_size_line();
  void take_trailer(char c);
  void expect(char c, char wanted, Phase next);

  std::uint64_t limit_;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::uint64_t taken_ = 0;
  bool chunked_ = false;
  Phase phase_ = Phase::size;
  std::size_t line_length_ = 0;
  std::size_t trailer_length_ = 0;
  char last_ = 0;  // of a trailer line
  State state_ = State::more;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/body_decoder.ipp>
#endif
