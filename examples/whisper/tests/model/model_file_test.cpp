// SPDX-License-Identifier: Apache-2.0
#include "model/model_file.hpp"

#include "model/support/checkpoint_writer.hpp"
#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <filesystem>
#include <sys/stat.h>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using namespace whisper;
using namespace whisper::testing;

namespace {

namespace fs = std::filesystem;

const fs::path kStoredModels = WHISPER_MODELS_DIR;

/// A folder to put files of models into; nothing outside of it is looked at.
struct ModelDesk {
  TemporaryFolder folder = {};
  ModelSearch search{.folders = {folder.path() / "others"}, .environment = clams::Environment{}};

  fs::path put(const fs::path& name, std::string_view text) const {
    fs::create_directories((folder.path() / name).parent_path());
    clams::write_file_atomically(folder.path() / name, text);
    return folder.path() / name;
  }
  [[nodiscard]] ModelFile open(const fs::path& name) const {
    return open_model(folder.path() / name, search);
  }
};

void check_is(const ModelFile& opened, const SampleModel& model, ModelFormat format) {
  CHECK(opened.format == format);
  CHECK(opened.dimensions == model.dimensions);
  CHECK(opened.vocabulary.tokens == model.tokens);
  CHECK(same_tensors(opened.tensors, model.tensors));
}

}  // namespace

TEST_CASE("tiny.en opens with its sizes, its vocabulary and its alignment heads", "[whisper]") {
  if (!fs::exists(kStoredModels / "tiny.en")) CLAMS_SKIP("tiny.en is not there");

  const auto model = open_model(kStoredModels / "tiny.en");

  CHECK(model.format == ModelFormat::ctranslate2);
  CHECK(model.dimensions == Dimensions{80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4});
  CHECK(model.tensors.size() == 167);
  REQUIRE(model.vocabulary.tokens.size() == 50256);
  CHECK(model.vocabulary.tokens[220] == " ");
  REQUIRE(model.alignment_heads.size() == 8);
  CHECK(model.alignment_heads[2] == AlignmentHead{2, 5});
}

TEST_CASE("base opens with the empty token that its vocabulary has", "[whisper]") {
  if (!fs::exists(kStoredModels / "base")) CLAMS_SKIP("base is not there");

  const auto model = open_model(kStoredModels / "base" / "model.bin");

  CHECK(model.dimensions.is_multilingual());
  REQUIRE(model.vocabulary.tokens.size() == 50257);
  CHECK(model.vocabulary.tokens[50256].empty());
}

TEST_CASE("a folder opens, and so does the file in it, whatever their names", "[whisper]") {
  const ModelDesk desk;
  const auto toy = make_toy();
  desk.put("ct2/model.bin", write_ct2(toy));
  desk.put("ct2/config.json", write_ct2_config(toy));
  desk.put("ct2/vocabulary.txt", vocabulary_text(toy));
  desk.put("openai/anything.bin", write_checkpoint(toy));
  desk.put("openai/gpt2.tiktoken", tiktoken_text(toy));
  desk.put("ggml.pt", write_ggml(toy));

  check_is(desk.open("ct2"), toy, ModelFormat::ctranslate2);
  check_is(desk.open("ct2/model.bin"), toy, ModelFormat::ctranslate2);
  CHECK(desk.open("ct2").alignment_heads == toy.heads);
  check_is(desk.open("openai"), toy, ModelFormat::openai_checkpoint);
  check_is(desk.open("openai/anything.bin"), toy, ModelFormat::openai_checkpoint);
  check_is(desk.open("ggml.pt"), toy, ModelFormat::ggml);
}

TEST_CASE("a Hugging Face model opens as one file or in shards", "[whisper]") {
  const ModelDesk desk;
  const auto toy = make_toy({.vocabulary = 51865});
  TensorMap halves[2];
  auto index = clams::Json::object();
  for (const auto& [name, tensor] : hugging_face_tensors(toy)) {
    const bool second = name.starts_with("model.encoder");
    halves[second ? 1 : 0].emplace(name, tensor);
    index[name] = second ? "two.safetensors" : "one.safetensors";
  }
  for (const auto* folder : {"whole", "shards"}) {
    desk.put(fs::path{folder} / "config.json", write_hugging_face_config(toy));
    desk.put(fs::path{folder} / "vocabulary.txt", vocabulary_text(toy));
    desk.put(fs::path{folder} / "generation_config.json", write_ct2_config(toy));
  }
  desk.put("whole/model.safetensors", write_safetensors(hugging_face_tensors(toy)));
  desk.put("shards/one.safetensors", write_safetensors(halves[0]));
  desk.put("shards/two.safetensors", write_safetensors(halves[1]));
  desk.put("shards/model.safetensors.index.json", clams::write_json({{"weight_map", index}}));

  check_is(desk.open("whole"), toy, ModelFormat::hugging_face);
  check_is(desk.open("shards"), toy, ModelFormat::hugging_face);
  check_is(desk.open("shards/one.safetensors"), toy, ModelFormat::hugging_face);
  CHECK(desk.open("shards").weights.size() == 2);
  CHECK(desk.open("whole").alignment_heads == toy.heads);
}

TEST_CASE("an index that leads out of its folder is refused", "[whisper]") {
  const ModelDesk desk;
  desk.put("model/model.safetensors.index.json", R"({"weight_map": {"a": "../secret"}})");

  CHECK_THROWS_WITH(desk.open("model"), contains_text("not a file of this folder"));
}

TEST_CASE("a checkpoint without a vocabulary takes that of another model", "[whisper]") {
  const ModelDesk desk;
  const auto toy = make_toy();
  desk.put("alone/tiny.pt", write_checkpoint(toy));
  CHECK_THROWS_WITH(desk.open("alone"),
                    contains_text("no vocabulary") && contains_text("gpt2.tiktoken") &&
                        contains_text("WHISPER_VOCABULARY") && contains_text("others"));
  desk.put("others/a/vocabulary.txt", vocabulary_text(make_toy({.vocabulary = 51865})));
  CHECK_THROWS_AS(desk.open("alone"), clams::Error);  // that one is of the other kind

  desk.put("others/b/vocabulary.txt", vocabulary_text(toy));

  CHECK(desk.open("alone").vocabulary.tokens == toy.tokens);
}

TEST_CASE("a checkpoint takes the vocabulary of a model in a folder beside it", "[whisper]") {
  const ModelDesk desk;
  const auto toy = make_toy();
  desk.put("x/tiny.en.pt", write_checkpoint(toy));
  desk.put("x/tiny_ct2/vocabulary.txt", vocabulary_text(make_toy({.vocabulary = 51865})));
  desk.put("x/tiny.en_ct2/vocabulary.txt", vocabulary_text(toy));
  desk.put("y/hf/model.safetensors", write_safetensors(hugging_face_tensors(toy)));
  desk.put("y/hf/config.json", write_hugging_face_config(toy));
  desk.put("y/ct2/vocabulary.txt", vocabulary_text(toy));

  CHECK(desk.open("x/tiny.en.pt").vocabulary.tokens == toy.tokens);
  CHECK(desk.open("y/hf").vocabulary.tokens == toy.tokens);
}

TEST_CASE("a checkpoint takes the vocabulary of a cache or of Python's package", "[whisper]") {
  ModelDesk desk;
  const auto toy = make_toy();
  desk.put("alone/tiny.en.pt", write_checkpoint(toy));
  desk.put("hub/models--me--My-Whisper/snapshots/a/vocabulary.txt", vocabulary_text(toy));
  const auto venv = desk.put("venv/lib/python3.11/site-packages/whisper/assets/gpt2.tiktoken",
                             tiktoken_text(toy));
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"HF_HUB_CACHE", "hub"}, {"VIRTUAL_ENV", "venv"}}) {
    desk.search.environment = clams::Environment{{{name, (desk.folder.path() / value).string()}}};
    CHECK(desk.open("alone").vocabulary.tokens == toy.tokens);
  }
  fs::remove(venv);
  CHECK_THROWS_WITH(desk.open("alone"), contains_text(venv.parent_path().string()));
}

TEST_CASE("WHISPER_VOCABULARY names a file or a folder", "[whisper]") {
  ModelDesk desk;
  const auto toy = make_toy();
  desk.put("alone/tiny.pt", write_checkpoint(toy));
  const auto file = desk.put("assets/gpt2.tiktoken", tiktoken_text(toy));
  for (const auto& named : {file, file.parent_path()}) {
    desk.search.environment = clams::Environment{{{"WHISPER_VOCABULARY", named.string()}}};
    CHECK(desk.open("alone").vocabulary.tokens == toy.tokens);
  }
}

TEST_CASE("what is no model says what it is instead", "[whisper]") {
  const ModelDesk desk;
  const auto check = [&](std::string_view content, const char* why) {
    const auto file = desk.put("file", content);
    CHECK_THROWS_WITH(desk.open("file"), contains_text(file.string()) && contains_text(why));
  };
  check("", "is empty");
  check("version https://git-lfs.github.com/spec/v1\n", "git lfs pull");
  check("GGUF....", "a GGUF file");
  check("\x80\x02\x8a\x0alF", "before version 1.6");
  check("<html>", "a web page");
  check(R"({"a": 1})", "JSON and not weights");
  check("anything else", "no model of a kind that is read");
}

TEST_CASE("a path where nothing is, several models, or a pipe is refused", "[whisper]") {
  const ModelDesk desk;
  fs::create_directories(desk.folder.path() / "empty");
  desk.put("several/a.pt", "x");
  desk.put("several/b.pt", "x");
  REQUIRE(::mkfifo((desk.folder.path() / "pipe").c_str(), 0600) == 0);

  CHECK_THROWS_WITH(desk.open("nowhere"), contains_text("no such file or folder"));
  CHECK_THROWS_WITH(desk.open("empty"), contains_text("no model in this folder"));
  CHECK_THROWS_WITH(desk.open("several"), contains_text("several models"));
  CHECK_THROWS_WITH(desk.open("pipe"), contains_text("not a regular file"));
}
