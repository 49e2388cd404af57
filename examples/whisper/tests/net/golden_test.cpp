// SPDX-License-Identifier: Apache-2.0
#include "net/device_scope.hpp"
#include "net/encoder.hpp"
#include "net/support/goldens.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"

#include <ATen/ops/from_blob.h>

namespace whisper {
namespace {

using testing::golden;

constexpr int kStart = 50257;
constexpr int kEndOfText = 50256;
constexpr int kNoTimestamps = 50362;

at::Tensor golden_mel() {
  auto mel = testing::golden_window().values;
  return at::from_blob(mel.data(), {1, 80, 3000}, at::kFloat).clone();
}

std::span<const float> numbers_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

float from_golden(const at::Tensor& computed, const std::string& name) {
  return testing::distance(numbers_of(computed.contiguous()), golden(name));
}

}  // namespace

TEST_CASE("the encoder computes what openai-whisper computes", "[whisper]") {
  if (!testing::goldens_exist()) CLAMS_SKIP("no tiny.en model or goldens");
  const DeviceScope scope{std::nullopt};
  const Encoder encoder{Weights{testing::tiny_model(), Arithmetic{}}};
  const auto mel = golden_mel();

  const auto stem = encoder.stem(mel).select(0, 0);
  const auto encoded = encoder(mel).select(0, 0);

  CHECK(from_golden(stem.narrow(0, 0, 5), "conv_stem_pathA_first5x384_f32") < 1e-5F);
  CHECK(from_golden(encoded.narrow(0, 0, 5), "encoder_pathA_first5x384_f32") < 1e-4F);
  CHECK(from_golden(encoded.narrow(0, 1498, 2), "encoder_pathA_last2x384_f32") < 1e-4F);
}

TEST_CASE("the first scores are those of openai-whisper", "[whisper]") {
  if (!testing::goldens_exist()) CLAMS_SKIP("no tiny.en model or goldens");
  const auto network = make_torch_network(testing::tiny_model(), {});
  const std::vector windows{testing::golden_window()};
  const auto run = network->start(network->encode(windows));

  const auto scores = run->begin(std::vector{kStart}, std::vector<std::size_t>{0});

  CHECK(testing::distance(scores.row(0), golden("logits_step0_pathA_f32")) < 1e-3F);
}

TEST_CASE("the most probable text is openai-whisper's, token for token", "[whisper]") {
  if (!testing::goldens_exist()) CLAMS_SKIP("no tiny.en model or goldens");
  const auto network = make_torch_network(testing::tiny_model(), {});
  const std::vector windows{testing::golden_window()};

  const auto text = testing::greedy_text(*network, network->encode(windows),
                                         {kStart, kNoTimestamps}, kEndOfText, 60);

  const std::vector<int> expected{843, 523, 616,  5891, 3399, 1265, 407, 644, 534, 1499, 460, 466,
                                  329, 345, 1265, 644,  345,  460,  466, 329, 534, 1499, 13};
  CHECK(text == expected);
}

}  // namespace whisper
