// SPDX-License-Identifier: Apache-2.0
#include "model/model_file.hpp"

#include "support/catch.hpp"

#include <filesystem>

namespace {

using namespace whisper;

const std::filesystem::path kModels = WHISPER_MODELS_DIR;

TEST_CASE("tiny.en opens with its sizes, its vocabulary and its alignment heads", "[whisper]") {
  if (!std::filesystem::exists(kModels / "tiny.en")) CLAMS_SKIP("tiny.en is not there");

  const auto model = open_model(kModels / "tiny.en");

  CHECK(model.format == ModelFormat::ctranslate2);
  CHECK(model.dimensions == Dimensions{80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4});
  CHECK(model.tensors.size() == 167);
  REQUIRE(model.vocabulary.tokens.size() == 50256);
  CHECK(model.vocabulary.tokens[220] == " ");
  REQUIRE(model.alignment_heads.size() == 8);
  CHECK(model.alignment_heads[2] == AlignmentHead{2, 5});
}

TEST_CASE("base opens with the empty token that its vocabulary has", "[whisper]") {
  if (!std::filesystem::exists(kModels / "base")) CLAMS_SKIP("base is not there");

  const auto model = open_model(kModels / "base" / "model.bin");

  CHECK(model.dimensions.is_multilingual());
  REQUIRE(model.vocabulary.tokens.size() == 50257);
  CHECK(model.vocabulary.tokens[50256].empty());
  CHECK(model.tensor("encoder.blocks.5.attn.key.weight").shape ==
        std::vector<std::int64_t>{512, 512});
}

}  // namespace
