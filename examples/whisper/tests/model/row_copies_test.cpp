// SPDX-License-Identifier: Apache-2.0
#include "model/row_copies.hpp"

#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cstdint>

using clams::testing::contains_text;
using namespace whisper;
using whisper::testing::text_of;
using whisper::testing::view;

namespace {

/// Numbers of two letters each: "a0", "a1", ...
const std::string kStorage = "a0a1a2b0b1b2";

StridedTensor tensor(std::vector<std::int64_t> shape, std::vector<std::int64_t> strides,
                     std::int64_t offset = 0) {
  return {.element = Element::float16,
          .storage = view(kStorage),
          .offset = offset,
          .shape = std::move(shape),
          .strides = std::move(strides)};
}

}  // namespace

TEST_CASE("a tensor that lies row by row is not copied", "[whisper]") {
  RowCopies copies{"file", kStorage.size()};

  const auto rows = copies.by_rows(tensor({2, 3}, {3, 1}), "x");
  const auto second = copies.by_rows(tensor({1, 3}, {99, 1}, 3), "x");

  CHECK(text_of(rows.bytes).data() == kStorage.data());
  CHECK(text_of(second.bytes) == "b0b1b2");
}

TEST_CASE("a tensor that lies column by column is laid out anew", "[whisper]") {
  RowCopies copies{"file", kStorage.size()};

  const auto turned = copies.by_rows(tensor({3, 2}, {1, 3}), "x");

  CHECK(text_of(turned.bytes) == "a0b0a1b1a2b2");
  CHECK(turned.shape == std::vector<std::int64_t>{3, 2});
}

TEST_CASE("a tensor that is not within its storage is refused", "[whisper]") {
  constexpr std::int64_t kFar = std::int64_t{1} << 62U;
  RowCopies copies{"file", kStorage.size()};
  for (const auto& wrong :
       {tensor({2, 3}, {3, 1}, 1), tensor({2, 3}, {4, 1}), tensor({2, 3}, {-3, 1}),
        tensor({7}, {1}), tensor({2}, {1}, -1), tensor({2}, {kFar}), tensor({2}, {1}, kFar),
        tensor({kFar, kFar}, {0, 0}), tensor({2, 3}, {1}), tensor({0, 3}, {3, 1}),
        tensor({-1, -1}, {1, 1})}) {
    CHECK_THROWS_WITH(copies.by_rows(wrong, "x"), contains_text("file: tensor x"));
  }
}

TEST_CASE("copies together are never larger than the file", "[whisper]") {
  RowCopies copies{"file", kStorage.size()};
  static_cast<void>(copies.by_rows(tensor({3, 2}, {1, 3}), "x"));

  CHECK_THROWS_WITH(copies.by_rows(tensor({3, 2}, {1, 3}), "y"),
                    contains_text("tensor y and others overlap"));
}
