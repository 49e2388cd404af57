// SPDX-License-Identifier: Apache-2.0
// One model in every format: the same dimensions, the same names, the same numbers.
#include "model/ct2_file.hpp"
#include "model/ggml_file.hpp"
#include "model/hugging_face_model.hpp"
#include "model/openai_checkpoint.hpp"
#include "model/safetensors_file.hpp"
#include "model/support/checkpoint_writer.hpp"
#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

using namespace whisper;
using namespace whisper::testing;

namespace {

ModelWeights read_hugging_face(const std::string& file, const std::string& config) {
  TensorMap stored;
  read_safetensors(view(file), "toy", stored);
  return make_hugging_face_weights(
      stored, read_hugging_face_config(clams::parse_json(config), "toy"), "toy");
}

void check_same(const ModelWeights& read, const SampleModel& model) {
  CHECK(read.dimensions == model.dimensions);
  CHECK(same_tensors(read.tensors, model.tensors));
}

void check_all_formats(const SampleModel& model) {
  const auto ct2 = write_ct2(model);
  check_same(read_ct2(view(ct2), "toy"), model);
  const auto safetensors = write_safetensors(hugging_face_tensors(model));
  check_same(read_hugging_face(safetensors, write_hugging_face_config(model)), model);
  const auto checkpoint = write_checkpoint(model);
  check_same(read_openai_checkpoint(view(checkpoint), "toy"), model);
  const auto ggml = write_ggml(model);
  const auto from_ggml = read_ggml(view(ggml), "toy");
  check_same(from_ggml, model);
  CHECK(from_ggml.tokens == model.tokens);
}

/// The greatest distance between the numbers of two models.
float distance(const TensorMap& a, const TensorMap& b) {
  float most = 0;
  for (const auto& [name, tensor] : a) {
    const auto x = numbers_of(tensor);
    const auto y = numbers_of(b.at(name));
    for (std::size_t i = 0; i < x.size(); ++i) most = std::max(most, std::abs(x[i] - y[i]));
  }
  return most;
}

const std::filesystem::path kModels = WHISPER_MODELS_DIR;

}  // namespace

TEST_CASE("a model is the same in every format", "[whisper]") {
  check_all_formats(make_toy());
  check_all_formats(make_toy({.width = 8, .vocabulary = 51865}));
  check_all_formats(make_toy({.width = 6, .vocabulary = 51866, .element = Element::float32}));
  check_all_formats(make_toy({.element = Element::bfloat16}));
}

TEST_CASE("tiny.en is the same in every format", "[whisper]") {
  if (!std::filesystem::exists(kModels / "tiny.en")) CLAMS_SKIP("tiny.en is not there");
  check_all_formats(as_sample(open_model(kModels / "tiny.en")));
}

TEST_CASE("base is the same in every format", "[whisper]") {
  if (!std::filesystem::exists(kModels / "base")) CLAMS_SKIP("base is not there");
  check_all_formats(as_sample(open_model(kModels / "base")));
}

TEST_CASE("weights of int8 and int16 are those that were quantised, but for the rounding",
          "[whisper]") {
  const auto model = make_toy();
  const auto int8 = write_ct2(model, Ct2Weights::int8);
  const auto int16 = write_ct2(model, Ct2Weights::int16);

  CHECK(distance(read_ct2(view(int8), "toy").tensors, model.tensors) < 0.01F);
  CHECK(distance(read_ct2(view(int16), "toy").tensors, model.tensors) < 0.002F);
}

TEST_CASE("weights of q8_0 are those that were quantised, but for the rounding", "[whisper]") {
  const auto model = make_toy({.width = 32});
  const auto file = write_ggml(model, GgmlWeights::q8_0);

  const auto read = read_ggml(view(file), "toy");

  CHECK(read.tensors.at("decoder.token_embedding.weight").element == Element::q8_0);
  CHECK(distance(read.tensors, model.tensors) < 0.02F);
}

TEST_CASE("a checkpoint is read whatever way PyTorch wrote it", "[whisper]") {
  const auto model = make_toy();
  const auto large = write_checkpoint(model, {.zip = ZipKind::zip64});
  const auto parameters = write_checkpoint(model, {.parameters = true});
  const auto transposed = write_checkpoint(model, {.transposed = true});

  check_same(read_openai_checkpoint(view(large), "toy"), model);
  check_same(read_openai_checkpoint(view(parameters), "toy"), model);
  check_same(read_openai_checkpoint(view(transposed), "toy"), model);
}

TEST_CASE("a Hugging Face model saved without its output layer has shorter names", "[whisper]") {
  const auto model = make_toy();
  TensorMap tensors;
  for (const auto& [name, tensor] : model.tensors) tensors.emplace(hugging_face_name(name), tensor);

  const auto file = write_safetensors(tensors);

  check_same(read_hugging_face(file, write_hugging_face_config(model)), model);
}
