// SPDX-License-Identifier: Apache-2.0
#include "model/stored_tensor.hpp"

#include "model/support/model_writers.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace whisper;
using whisper::testing::Bytes;
using whisper::testing::view;

namespace {

std::vector<float> read(Element element, const std::string& bytes, std::vector<std::int64_t> shape,
                        const std::string& scales = {}) {
  const StoredTensor tensor{
      .element = element, .shape = std::move(shape), .bytes = view(bytes), .scales = view(scales)};
  std::vector<float> numbers(static_cast<std::size_t>(tensor.count()));
  copy_as_float32(tensor, numbers);
  return numbers;
}

}  // namespace

TEST_CASE("every float16 is read as the number that it is", "[whisper]") {
  Bytes all;
  for (unsigned bits = 0; bits < 65536; ++bits) all.number(static_cast<std::uint16_t>(bits));

  const auto numbers = read(Element::float16, all.take(), {65536});

  std::size_t wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const unsigned exponent = bits >> 10U & 0x1FU;
    const auto fraction = static_cast<float>(bits & 0x3FFU);
    float wanted = exponent == 0 ? std::ldexp(fraction, -24)
                                 : std::ldexp(1024 + fraction, static_cast<int>(exponent) - 25);
    if (exponent == 31) wanted = fraction == 0 ? std::numeric_limits<float>::infinity() : NAN;
    if ((bits & 0x8000U) != 0) wanted = -wanted;
    const bool same = std::isnan(wanted) ? std::isnan(numbers[bits]) : wanted == numbers[bits];
    if (!same) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("bfloat16 is the upper half of a float", "[whisper]") {
  const auto bytes = Bytes{}.number(std::uint16_t{0x3F80}).number(std::uint16_t{0xC020}).take();

  CHECK(read(Element::bfloat16, bytes, {2}) == std::vector<float>{1.0F, -2.5F});
}

TEST_CASE("each row of int8 is divided by its own scale", "[whisper]") {
  const std::string bytes{"\x02\xFE\x7F\x06\x00\x0C", 6};
  const auto scales = Bytes{}.number(2.0F).number(3.0F).take();

  CHECK(read(Element::int8_rows, bytes, {2, 3}, scales) ==
        std::vector<float>{1, -1, 63.5F, 2, 0, 4});
}

TEST_CASE("all of int16 is divided by one scale", "[whisper]") {
  const auto bytes = Bytes{}.number(std::int16_t{1000}).number(std::int16_t{-4}).take();

  CHECK(read(Element::int16_scaled, bytes, {1, 2}, Bytes{}.number(8.0F).take()) ==
        std::vector<float>{125, -0.5F});
}

TEST_CASE("a block of q8_0 is its factor times its bytes", "[whisper]") {
  Bytes bytes;
  for (const std::uint16_t factor : {std::uint16_t{0x3800}, std::uint16_t{0x4000}}) {  // 0.5 and 2
    bytes.number(factor);
    for (int i = 0; i < 32; ++i) bytes.number(static_cast<std::int8_t>(i - 16));
  }

  const auto numbers = read(Element::q8_0, bytes.take(), {1, 64});

  CHECK(numbers[0] == -8.0F);
  CHECK(numbers[31] == 7.5F);
  CHECK(numbers[32] == -32.0F);
  CHECK(numbers[63] == 30.0F);
}

TEST_CASE("tensors of any length at any address are read to their last number", "[whisper]") {
  for (std::size_t length = 1; length < 12; ++length) {
    Bytes bytes;
    bytes.text("x");  // from here on nothing is aligned
    for (std::size_t i = 0; i < length; ++i) bytes.number(static_cast<std::uint16_t>(0x3C00 + i));
    const std::string stored = bytes.take();
    const StoredTensor tensor{.element = Element::float16,
                              .shape = {static_cast<std::int64_t>(length)},
                              .bytes = view(stored).subspan(1)};
    std::vector<float> numbers(length + 1, -7.0F);

    copy_as_float32(tensor, numbers);

    CHECK(numbers[length - 1] == 1.0F + static_cast<float>(length - 1) / 1024);
    CHECK(numbers[length] == -7.0F);
  }
}
