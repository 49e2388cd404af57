// SPDX-License-Identifier: Apache-2.0
#include "net/bfloat16_tiles.hpp"

#include "net/aten.hpp"
#include "support/catch.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <numeric>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kSide = Bfloat16Tiles::kColumns;

/// Those that this processor has the instructions for.
std::vector<const Bfloat16Tiles*> possible_tiles() {
  std::vector<const Bfloat16Tiles*> possible;
  for (const auto products : {Bfloat16Products::paired, Bfloat16Products::widened}) {
    if (const auto* const tiles = bfloat16_tiles(products)) possible.push_back(tiles);
  }
  return possible;
}

at::Tensor rounded(at::IntArrayRef sizes) { return at::randn(sizes).to(at::kBFloat16); }

const Bfloat16* bits_of(const at::Tensor& numbers) {
  return static_cast<const Bfloat16*>(numbers.const_data_ptr());
}

/// As a block wants them: the even row's number, the odd row's.
at::Tensor paired(const at::Tensor& square) {
  return square.view({kSide / 2, 2, kSide}).transpose(1, 2).contiguous();
}

float largest(const at::Tensor& numbers) { return *numbers.abs().max().const_data_ptr<float>(); }

}  // namespace

TEST_CASE("rows times a block of bfloat16 are their products' sums, stored or added", "[whisper]") {
  if (possible_tiles().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto* const tiles = GENERATE(from_range(possible_tiles()));
  const std::int64_t rows = GENERATE(1, 2, 3, 4, 5, 6);
  const auto a = rounded({rows, kSide});
  const auto square = rounded({kSide, kSide});
  const auto block = paired(square);
  auto c = at::full({rows, kSide}, 5.0F);
  const Bfloat16Tiles::Rows some{.a = bits_of(a),
                                 .a_stride = kSide,
                                 .c = c.mutable_data_ptr<float>(),
                                 .c_stride = kSide,
                                 .count = static_cast<std::size_t>(rows)};
  const auto expected = at::mm(a.to(at::kFloat), square.to(at::kFloat));

  tiles->multiply(some, bits_of(block));
  CHECK(largest(c.sub(expected)) < 1e-4F);

  tiles->multiply_add(some, bits_of(block));
  CHECK(largest(c.sub(expected.mul(2))) < 1e-4F);
}

TEST_CASE("numbers are rounded to bfloat16 as libtorch does", "[whisper]") {
  if (possible_tiles().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto* const tiles = GENERATE(from_range(possible_tiles()));
  // Halfway between two: to the even one, down and up.
  const auto ties = at::tensor({1.00390625F, 1.01171875F, -1.00390625F, 0.0F});
  const auto numbers = at::cat({ties, at::randn({kSide - ties.size(0)})});
  std::vector<Bfloat16> found(kSide);

  tiles->round(numbers.const_data_ptr<float>(), found.data());

  const auto expected = numbers.to(at::kBFloat16);
  CHECK(std::equal(found.begin(), found.end(), bits_of(expected)));
}

TEST_CASE("weights of a softmax are those of e, and none stand behind the last score",
          "[whisper]") {
  if (possible_tiles().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto* const tiles = GENERATE(from_range(possible_tiles()));
  constexpr std::int64_t kCount = 100;
  const auto scores = at::randn({kCount}).mul(3);
  std::vector<Bfloat16> weights(2 * kSide, 1);

  const float sum =
      tiles->soften(scores.const_data_ptr<float>(), kCount, weights.size(), 0.5F, weights.data());

  const auto expected = scores.sub(scores.max()).mul(0.5).exp();
  CHECK(sum == Approx(*expected.sum().const_data_ptr<float>()).epsilon(1e-4));
  const auto nearest = expected.to(at::kBFloat16);
  for (std::int64_t i = 0; i < kCount; ++i) {
    CHECK(std::abs(weights[static_cast<std::size_t>(i)] - bits_of(nearest)[i]) <= 1);
  }
  CHECK(std::accumulate(weights.begin() + kCount, weights.end(), 0) == 0);
}

}  // namespace whisper
