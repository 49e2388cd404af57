// SPDX-License-Identifier: Apache-2.0
#include "model/model_finder.hpp"

#include "model/cache_folders.hpp"
#include "model/model_catalogue.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <filesystem>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using namespace whisper;

namespace {

namespace fs = std::filesystem;

/// A home with caches, and a folder given with --model-dir.
struct Home {
  TemporaryFolder folder = {};
  ModelSearch search{.folders = {folder.path() / "models"},
                     .environment = clams::Environment{{{"HOME", folder.path().string()}}}};

  /// A file of this name is there afterwards.
  fs::path put(const fs::path& name, const std::string& text = "x") const {
    fs::create_directories((folder.path() / name).parent_path());
    clams::write_file_atomically(folder.path() / name, text);
    return folder.path() / name;
  }
  [[nodiscard]] fs::path find(std::string_view name) const { return find_model(name, search); }
};

}  // namespace

TEST_CASE("people's short names stand for models", "[whisper]") {
  const auto name_of = [](std::string_view alias) { return find_in_catalogue(alias)->name; };
  CHECK(name_of("t") == "tiny");
  CHECK(name_of("te") == "tiny.en");
  CHECK(name_of("be") == "base.en");
  CHECK(name_of("m") == "medium");
  CHECK(name_of("l") == "large-v3");
  CHECK(name_of("large") == "large-v3");
  CHECK(name_of("l2") == "large-v2");
  CHECK(name_of("tu") == "large-v3-turbo");
  CHECK(name_of("turbo") == "large-v3-turbo");
  CHECK(name_of("TINY.EN") == "tiny.en");
  CHECK(name_of("Turbo") == "large-v3-turbo");
  CHECK(find_in_catalogue("huge") == nullptr);
  CHECK(find_in_catalogue("") == nullptr);
}

TEST_CASE("a model is found by name in any of the forms that a model folder has", "[whisper]") {
  const Home home;
  const auto folder = home.put("models/tiny.en/model.bin").parent_path();
  const auto checkpoint = home.put("models/base.pt");
  const auto ggml = home.put("models/ggml-small.bin");
  const auto turbo = home.put("models/turbo/model.safetensors").parent_path();

  CHECK(home.find("tiny.en") == folder);
  CHECK(home.find("te") == folder);
  CHECK(home.find("b") == checkpoint);
  CHECK(home.find("small") == ggml);
  CHECK(home.find("large-v3-turbo") == turbo);
  CHECK(home.find(ggml.string()) == ggml);
}

TEST_CASE("models of the caches of other programs are found", "[whisper]") {
  const Home home;
  const fs::path hub = ".cache/huggingface/hub";
  home.put(hub / "models--Systran--faster-whisper-base/refs/main", "b\n");
  home.put(hub / "models--Systran--faster-whisper-base/snapshots/a/model.bin");
  const auto current = home.put(hub / "models--Systran--faster-whisper-base/snapshots/b/model.bin");
  const auto theirs = home.put(hub / "models--openai--whisper-tiny/snapshots/c/model.safetensors");
  home.put(hub / "models--openai--whisper-small/snapshots/d/config.json");  // no weights
  const auto openai = home.put(".cache/whisper/small.pt");
  const auto special = home.put(hub / "models--me--mine/snapshots/e/model.bin");

  CHECK(home.find("base") == current.parent_path());
  CHECK(home.find("tiny") == theirs.parent_path());
  CHECK(home.find("small") == openai);
  CHECK(home.find("me/mine") == special.parent_path());
}

TEST_CASE("the cache of Hugging Face is where its variables say", "[whisper]") {
  const auto cache = [](clams::Environment::Variables variables) {
    return hugging_face_cache(clams::Environment{std::move(variables)});
  };
  CHECK(cache({{"HF_HUB_CACHE", "/a"}, {"HF_HOME", "/b"}, {"HOME", "/h"}}) == "/a");
  CHECK(cache({{"HF_HOME", "/b"}, {"HOME", "/h"}}) == "/b/hub");
  CHECK(cache({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}) == "/c/huggingface/hub");
  CHECK(cache({{"HOME", "/h"}}) == "/h/.cache/huggingface/hub");
  CHECK_FALSE(cache({}).has_value());
}

TEST_CASE("a missing model says where it was looked for and how to get it", "[whisper]") {
  const Home home;

  CHECK_THROWS_WITH(home.find("tu"), contains_text("no model tu") &&
                                         contains_text((home.folder.path() / "models").string()) &&
                                         contains_text("huggingface/hub") &&
                                         contains_text("`whisper fetch large-v3-turbo`") &&
                                         contains_text("--model-dir"));
  CHECK_THROWS_WITH(home.find("tny.en"), contains_text("; did you mean tiny.en?"));
  CHECK_THROWS_WITH(home.find(""), contains_text("a model without a name"));
  CHECK_THROWS_WITH(home.find("huge"), contains_text("one of these names: tiny.en, tiny"));
}

TEST_CASE("fetched models go to the model folder, or to a cache of their own", "[whisper]") {
  Home home;
  CHECK(fetch_folder(home.search) == home.folder.path() / "models");
  home.search.folders.clear();
  const auto own = home.folder.path() / ".cache/clams/whisper/models";
  CHECK(fetch_folder(home.search) == own);
  const auto fetched = home.put(".cache/clams/whisper/models/tiny/model.bin");
  CHECK(home.find("tiny") == fetched.parent_path());
  CHECK_THROWS_AS(fetch_folder({.environment = clams::Environment{}}), clams::Error);
}
