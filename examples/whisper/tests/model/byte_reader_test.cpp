// SPDX-License-Identifier: Apache-2.0
#include "model/byte_reader.hpp"

#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using namespace whisper;
using whisper::testing::Bytes;
using whisper::testing::view;

TEST_CASE("numbers and texts are read in their order", "[whisper]") {
  const auto bytes = Bytes{}.number(std::uint8_t{7}).number(std::int32_t{-2}).text("ab\ncd").take();
  ByteReader reader{"file", view(bytes)};

  CHECK(reader.number<std::uint8_t>() == 7);
  CHECK(reader.number<std::int32_t>() == -2);
  CHECK(reader.text_until('\n') == "ab");
  CHECK(reader.position() == 8);
  CHECK(reader.text(2) == "cd");
  CHECK(reader.remaining() == 0);
}

TEST_CASE("nothing is read beyond the end", "[whisper]") {
  ByteReader reader{"file", view("abc")};

  CHECK_THROWS_WITH(
      reader.number<std::uint32_t>(),
      contains_text("file: the file is truncated or damaged: 4 bytes wanted, 3 left"));
  CHECK_THROWS_WITH(reader.take(~std::uint64_t{0}), contains_text("18446744073709551615 bytes"));
  CHECK_THROWS_WITH(reader.text_until('x'), contains_text("a text never ends, at byte 0"));
  CHECK_THROWS_WITH(reader.seek(4), contains_text("byte 4 of 3"));
  CHECK(reader.text(3) == "abc");  // none of them moved it
}
