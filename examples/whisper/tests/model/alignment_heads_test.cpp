// SPDX-License-Identifier: Apache-2.0
#include "model/alignment_heads.hpp"

#include "model/model_file.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <filesystem>

using clams::testing::contains_text;
using namespace whisper;

namespace {

constexpr Dimensions kLarge{80, 1500, 1280, 20, 32, 51865, 448, 1280, 20, 32};

}  // namespace

TEST_CASE("a config's alignment heads are read, and checked against the network", "[whisper]") {
  const Dimensions tiny{80, 1500, 384, 6, 4, 51865, 448, 384, 6, 4};
  const auto read = [&](const char* json) {
    return read_alignment_heads(clams::parse_json(json), tiny, "config.json");
  };
  CHECK(read(R"({"alignment_heads": [[2, 2], [3, 5]]})") ==
        std::vector<AlignmentHead>{{2, 2}, {3, 5}});
  CHECK(read("{}").empty());
  CHECK(read(R"({"alignment_heads": null})").empty());
  for (const auto* wrong :
       {"[[4, 0]]", "[[0, 6]]", "[[-1, 0]]", "[[1]]", "[\"a\"]", "[[0.5, 1]]"}) {
    const std::string json = std::string{R"({"alignment_heads": )"} + wrong + "}";
    CHECK_THROWS_WITH(read(json.c_str()), contains_text("config.json: alignment_heads"));
  }
}

TEST_CASE("OpenAI's models are known by their sizes", "[whisper]") {
  CHECK(known_alignment_heads({80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4}, "").size() == 8);
  CHECK(known_alignment_heads({80, 1500, 384, 6, 4, 51865, 448, 384, 6, 4}, "").size() == 6);
  CHECK(known_alignment_heads({128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 4}, "").front() ==
        AlignmentHead{2, 4});
  CHECK(known_alignment_heads({80, 1500, 1280, 20, 32, 51865, 448, 1280, 20, 2}, "").empty());
}

TEST_CASE("the first large model is known by its name only", "[whisper]") {
  CHECK(known_alignment_heads(kLarge, "/models/large-v1.pt").size() == 9);
  CHECK(known_alignment_heads(kLarge, "/models/large-v2.pt").size() == 23);
  CHECK(known_alignment_heads(kLarge, "/models/mine.pt").size() == 23);
}

TEST_CASE("the table agrees with what CTranslate2's models say", "[whisper]") {
  for (const auto* name : {"tiny.en", "base"}) {
    const auto folder = std::filesystem::path{WHISPER_MODELS_DIR} / name;
    if (!std::filesystem::exists(folder)) CLAMS_SKIP(std::string{name} + " is not there");
    const auto model = open_model(folder);
    CHECK(known_alignment_heads(model.dimensions, "") == model.alignment_heads);
  }
}
