// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/detail/body_decoder.hpp>

#include <string>
#include <string_view>

using clams::detail::BodyDecoder;

namespace {

struct Decoded {
  BodyDecoder::State state;
  std::string body;
  std::string rest;
};

Decoded decode(BodyDecoder decoder, std::string_view bytes) {
  Decoded result{};
  result.state = decoder.feed(bytes, result.body);
  result.rest = bytes;
  return result;
}

Decoded decode_chunks(std::string_view bytes, std::uint64_t limit = 1000) {
  return decode(BodyDecoder::for_chunks(limit), bytes);
}

}  // namespace

TEST_CASE("a body of known length ends where it says, and the rest is the next request's",
          "[serve]") {
  const auto whole = decode(BodyDecoder::for_length(3, 10), "abcGET");
  CHECK(whole.state == BodyDecoder::State::whole);
  CHECK(whole.body == "abc");
  CHECK(whole.rest == "GET");
  CHECK(decode(BodyDecoder::for_length(4, 10), "abc").state == BodyDecoder::State::more);
  CHECK(BodyDecoder::for_length(0, 10).state() == BodyDecoder::State::whole);
  CHECK(BodyDecoder::for_length(11, 10).state() == BodyDecoder::State::too_large);
}

TEST_CASE("chunks are put together, whatever the pieces they come in", "[serve]") {
  const std::string bytes =
      "3\r\nabc\r\n0000A;name=\"v\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET";

  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    CAPTURE(piece);
    BodyDecoder decoder = BodyDecoder::for_chunks(100);
    std::string body;
    std::string_view rest = bytes;
    while (decoder.state() == BodyDecoder::State::more) {
      std::string_view next = rest.substr(0, piece);
      const std::size_t offered = next.size();
      REQUIRE(offered > 0);
      (void)decoder.feed(next, body);
      rest.remove_prefix(offered - next.size());
    }
    CHECK(decoder.state() == BodyDecoder::State::whole);
    CHECK(body == "abc0123456789");
    CHECK(rest == "GET");
  }
}

TEST_CASE("chunks that two readers might take differently are refused", "[serve]") {
  for (const std::string bytes :
       {"-2\r\nab", "+2\r\nab", "0x2\r\nab", " 2\r\nab", "2 \r\nab", "\r\n", ";\r\n", "g\r\n",
        "2\nab\r\n", "2\r\nab\n0\r\n\r\n", "2\r\nabc\r\n", "2;a\nb\r\nab\r\n", "2;a\x01\r\n",
        "10000000000000000\r\n", "0000000000000000000002\r\nab\r\n", "0\r\n\n", "0\r\nA: b\n\r\n",
        "0\r\nA: b\rc\r\n\r\n", "2\rxab\r\n"}) {
    CAPTURE(bytes);
    CHECK(decode_chunks(bytes).state == BodyDecoder::State::malformed);
  }
}

TEST_CASE("a chunked body stops at the limit, and at the announcement of more", "[serve]") {
  CHECK(decode_chunks("3\r\nabc\r\n0\r\n\r\n", 3).state == BodyDecoder::State::whole);
  CHECK(decode_chunks("4\r\n", 3).state == BodyDecoder::State::too_large);
  CHECK(decode_chunks("2\r\nab\r\n2\r\n", 3).state == BodyDecoder::State::too_large);
  CHECK(decode_chunks("ffffffffffffff\r\n").state == BodyDecoder::State::too_large);
}

TEST_CASE("neither size lines nor trailers grow without end", "[serve]") {
  CHECK(decode_chunks("1;" + std::string(300, 'x')).state == BodyDecoder::State::malformed);
  CHECK(decode_chunks("0\r\nA: " + std::string(9000, 'x')).state == BodyDecoder::State::malformed);
}
