// SPDX-License-Identifier: Apache-2.0
#include "net/tiled_layer.hpp"

#include "net/feed_forward.hpp"
#include "support/catch.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kInputs = 144;  // no multiple of a vector of bytes

/// A matrix as it lies in a file.
StoredTensor stored(const at::Tensor& weight, Element element = Element::float32) {
  return {.element = element,
          .shape = weight.sizes().vec(),
          .bytes = {static_cast<const std::byte*>(weight.const_data_ptr()), weight.nbytes()}};
}

at::Tensor computed(const TiledLayer& layer, const at::Tensor& x) {
  auto y = at::zeros({x.size(0), layer.outputs()});
  layer.multiply(x.const_data_ptr<float>(), x.size(0), nullptr, y.mutable_data_ptr<float>());
  return y;
}

float largest(const at::Tensor& numbers) { return *numbers.abs().max().const_data_ptr<float>(); }

/// How far off it is, beside the largest output.
float error(const at::Tensor& found, const at::Tensor& expected) {
  return largest(found.sub(expected)) / largest(expected);
}

/// Those of some that this processor has the products for.
std::vector<TileFormat> possible(std::vector<TileFormat> formats) {
  std::erase_if(formats,
                [](TileFormat format) { return !TiledLayer::is_possible(format, kInputs); });
  return formats;
}

std::vector<TileFormat> possible_formats() {
  return possible(
      {TileFormat::int8, TileFormat::int8_weights, TileFormat::int16, TileFormat::bfloat16});
}

std::vector<TileFormat> possible_integers() {
  return possible({TileFormat::int8, TileFormat::int8_weights, TileFormat::int16});
}

/// How far off a product may be, beside the largest.
float tolerance_of(TileFormat format) {
  switch (format) {
    case TileFormat::int16: return 1e-3F;
    case TileFormat::bfloat16: return 1e-2F;
    default: return 2e-2F;
  }
}

}  // namespace

TEST_CASE("a layer of tiles gives what a plain one gives, as exactly as it can", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto rows = GENERATE(1, 2, 3, 4, 5, 6, 7, 48, 49, 1500);
  const auto outputs = GENERATE(64, 100, 200);
  const auto weight = at::randn({outputs, kInputs});
  const auto bias = at::randn({outputs});
  const auto x = at::randn({rows, kInputs});

  const auto y = computed(TiledLayer{format, std::vector{stored(weight)}, bias}, x);

  INFO(rows << " rows, " << outputs << " outputs");
  CHECK(error(y, at::linear(x, weight, bias)) < tolerance_of(format));
}

TEST_CASE("inputs of weights in int8 lose next to nothing", "[whisper]") {
  if (possible({TileFormat::int8_weights}).empty()) {
    CLAMS_SKIP("this processor has no such products");
  }
  const auto rows = GENERATE(1, 5, 6, 13);
  // What int8 holds exactly, if each output's largest weight is 127 steps.
  const auto steps = at::randint(-127, 128, {64, kInputs});
  steps.select(1, 7).fill_(-127);
  const auto weight = steps.mul(0.015625F).to(at::kFloat);
  const auto x = at::randn({rows, kInputs});
  const TiledLayer layer{TileFormat::int8_weights, std::vector{stored(weight)}, at::ones({64})};

  CHECK(error(computed(layer, x), at::linear(x, weight, at::ones({64}))) < 1e-4F);
}

TEST_CASE("matrices that share their inputs are packed as one, whatever their rows", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto first = at::randn({40, kInputs}).to(at::kHalf);
  const auto second = at::randn({150, kInputs}).to(at::kHalf);
  const auto x = at::randn({3, kInputs});
  const auto both = at::cat({first, second});
  const std::vector parts{stored(first, Element::float16), stored(second, Element::float16)};

  const auto apart = computed(TiledLayer{format, parts, at::zeros({190})}, x);

  const std::vector whole{stored(both, Element::float16)};
  CHECK(apart.equal(computed(TiledLayer{format, whole, at::zeros({190})}, x)));
}

TEST_CASE("each row of inputs has a scale of its own, and zeros stay zeros", "[whisper]") {
  if (possible_integers().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_integers()));
  const auto weight = at::randn({64, kInputs});
  auto x = at::randn({4, kInputs});
  x.select(0, 1).mul_(1e30);
  x.select(0, 2).zero_();
  x.select(0, 3).mul_(1e-30);

  const auto y = computed(TiledLayer{format, std::vector{stored(weight)}, at::zeros({64})}, x);

  const auto expected = at::linear(x, weight);
  for (const auto row : {0, 1, 3}) {
    CHECK(error(y.select(0, row), expected.select(0, row)) < 2e-2F);
  }
  CHECK(y.select(0, 2).equal(at::zeros({64})));
}

TEST_CASE("no sum overflows, however large all numbers of a layer are", "[whisper]") {
  if (possible_integers().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_integers()));
  constexpr std::int64_t kMany = 5120;  // inputs of the widest layer of the largest model
  const auto x = at::full({2, kMany}, -3.0F);

  const auto y = computed(
      TiledLayer{format, std::vector{stored(at::full({64, kMany}, 7.0F))}, at::zeros({64})}, x);

  CHECK(error(y, at::full({2, 64}, -21.0F * kMany)) < 1e-2F);
}

TEST_CASE("weights of zeros give the bias", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto weight = at::zeros({64, kInputs});

  const auto y = computed(TiledLayer{format, std::vector{stored(weight)}, at::full({64}, 0.5)},
                          at::randn({2, kInputs}));

  CHECK(y.equal(at::full({2, 64}, 0.5)));
}

TEST_CASE("rows come out alike, alone and among others", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto weight = at::randn({128, kInputs});
  const TiledLayer layer{format, std::vector{stored(weight)}, at::zeros({128})};
  const auto x = at::randn({100, kInputs});

  const auto y = computed(layer, x);

  for (const std::int64_t row : {0, 5, 50, 99}) {
    CHECK(y.select(0, row).equal(computed(layer, x.narrow(0, row, 1)).select(0, 0)));
  }
}

TEST_CASE("a feed-forward in tiles adds what libtorch's operators would", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto rows = GENERATE(1, 5, 48);
  const auto up = at::randn({4 * kInputs, kInputs}).mul(0.1);
  const auto down = at::randn({kInputs, 4 * kInputs}).mul(0.1);
  const LayerNorm norm{at::ones({kInputs}).mul(1.5), at::full({kInputs}, 0.1)};
  const auto up_bias = at::randn({4 * kInputs});
  const auto down_bias = at::randn({kInputs});
  const auto x = at::randn({rows, kInputs});
  auto wide = at::linear(norm(x), up, up_bias);
  const auto expected = at::linear(at::gelu_(wide), down, down_bias).add(x);

  auto y = x.clone();
  const FeedForward layers{norm, Linear{TiledLayer{format, std::vector{stored(up)}, up_bias}},
                           Linear{TiledLayer{format, std::vector{stored(down)}, down_bias}}};
  REQUIRE(layers.is_tiled());
  layers.add_to_panel(y.mutable_data_ptr<float>(), rows);

  CHECK(error(y, expected) < 2 * tolerance_of(format));
}

TEST_CASE("a layer normalises its inputs, and adds to what is there", "[whisper]") {
  if (possible_formats().empty()) CLAMS_SKIP("this processor has no such products");
  const auto format = GENERATE(from_range(possible_formats()));
  const auto weight = at::randn({70, kInputs});
  const auto bias = at::randn({70});
  const LayerNorm norm{at::ones({kInputs}).mul(2), at::full({kInputs}, 0.5)};
  const TiledLayer layer{format, std::vector{stored(weight)}, bias};
  const auto x = at::randn({6, kInputs});
  auto y = at::ones({6, 70});

  layer.multiply_panel(x.const_data_ptr<float>(), 6, &norm, y.mutable_data_ptr<float>(),
                       Finish::add);

  CHECK(error(y, at::linear(norm(x), weight, bias).add(1)) < 2e-2F);
  CHECK(error(Linear{layer}(norm, x), at::linear(norm(x), weight, bias)) < 2e-2F);
}

}  // namespace whisper
