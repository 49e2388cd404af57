// SPDX-License-Identifier: Apache-2.0
#include "net/step_kernels.hpp"

#include "support/catch.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/randn.h>
#include <array>
#include <cmath>
#include <vector>

namespace whisper {
namespace {

constexpr std::size_t kOutputs = StepKernels::kOutputs;

/// Random numbers that float16 holds exactly.
struct Numbers {
  explicit Numbers(std::int64_t rows, std::int64_t columns)
      : halves(at::randn({rows, columns}).to(at::kHalf)), floats(halves.to(at::kFloat)) {}
  [[nodiscard]] const Half* half() const {
    return static_cast<const Half*>(halves.const_data_ptr());
  }
  [[nodiscard]] const float* row(std::size_t index) const {
    return floats.const_data_ptr<float>() + static_cast<std::int64_t>(index) * floats.size(1);
  }

  at::Tensor halves;
  at::Tensor floats;
};

double plain_dot(const float* one, const float* other, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += double{one[i]} * double{other[i]};
  return sum;
}

double plain_gelu(double x) { return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0))); }

}  // namespace

TEST_CASE("products with a block are those of plain loops", "[whisper]") {
  if (step_kernels() == nullptr) CLAMS_SKIP("this processor has no kernels for steps");
  const auto rows = GENERATE(1, 2, 3, 4, 5, 6, 7, 13);
  const auto finish = GENERATE(Finish::store, Finish::add, Finish::gelu);
  constexpr std::size_t kColumns = 96;
  const Numbers weights{kOutputs, kColumns};
  const Numbers x{rows, kColumns};
  const std::vector<float> bias(kOutputs, 0.25F);
  std::vector<Half> block(kOutputs * kColumns);
  step_kernels()->pack(weights.half(), kColumns, block.data());
  std::vector<float> found(static_cast<std::size_t>(rows) * kOutputs, 3);

  step_kernels()->multiply(
      {block.data(), bias.data(), kColumns, x.row(0), static_cast<std::size_t>(rows)},
      {found.data(), kOutputs, finish});

  double most = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto sum = 0.25 + plain_dot(x.row(i / kOutputs), weights.row(i % kOutputs), kColumns);
    if (finish == Finish::add) sum += 3;
    if (finish == Finish::gelu) sum = plain_gelu(sum);
    most = std::max(most, std::fabs(sum - double{found[i]}));
  }
  CHECK(most < 5e-5);
}

TEST_CASE("a normalised row has the mean and the spread that it is given", "[whisper]") {
  if (step_kernels() == nullptr) CLAMS_SKIP("this processor has no kernels for steps");
  constexpr std::size_t kWidth = 128;
  const Numbers x{1, kWidth};
  const std::vector<float> gamma(kWidth, 2);
  const std::vector<float> beta(kWidth, 5);
  std::vector<float> found(kWidth);

  step_kernels()->normalize(x.row(0), gamma.data(), beta.data(), kWidth, found.data());

  double sum = 0;
  double squares = 0;
  for (const double number : found) {
    sum += number - 5;
    squares += (number - 5) * (number - 5);
  }
  CHECK(sum / kWidth == Approx(0).margin(1e-5));
  CHECK(squares / kWidth == Approx(4).margin(1e-3));
}

TEST_CASE("a query sees what plain loops see", "[whisper]") {
  if (step_kernels() == nullptr) CLAMS_SKIP("this processor has no kernels for steps");
  const auto count = GENERATE(std::size_t{1}, std::size_t{16}, std::size_t{37});
  const Numbers query{1, kOutputs};
  const Numbers memory{static_cast<std::int64_t>(2 * count), kOutputs};  // keys, then values
  std::vector<const Half*> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(memory.half() + i * kOutputs);
  std::vector<float> room(count + 16);
  std::array<float, kOutputs> found{};

  step_kernels()->attend(query.row(0), {rows.data(), count, 0, count * kOutputs}, room.data(),
                         found.data());

  std::vector<double> weights;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    weights.push_back(std::exp(plain_dot(query.row(0), memory.row(i), kOutputs) / 8));
    sum += weights.back();
  }
  for (std::size_t column = 0; column < kOutputs; ++column) {
    double expected = 0;
    for (std::size_t i = 0; i < count; ++i) {
      expected += weights[i] / sum * double{memory.row(count + i)[column]};
    }
    CHECK(double{found[column]} == Approx(expected).margin(1e-5));
  }
}

}  // namespace whisper
