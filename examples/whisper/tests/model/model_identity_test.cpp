// SPDX-License-Identifier: Apache-2.0
#include "model/model_identity.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/hash.hpp>

#include <filesystem>
#include <vector>

using clams::testing::TemporaryFolder;
using namespace whisper;

namespace {

namespace fs = std::filesystem;

/// A cache and a file of weights in a folder of their own.
struct WeightsDesk {
  TemporaryFolder folder = {};
  clams::Environment environment{{{"XDG_CACHE_HOME", (folder.path() / "cache").string()}}};
  std::vector<fs::path> weights{folder.path() / "model.bin"};

  [[nodiscard]] std::string hash() const { return weights_sha256(weights, environment); }
  [[nodiscard]] fs::path note() const {
    return fs::directory_iterator {
      folder.path() / "cache" / "clams" / "whisper" / "hashes"
    } -> path();
  }
};

}  // namespace

TEST_CASE("a model is known by the hash of its weights", "[whisper]") {
  const WeightsDesk desk;
  clams::write_file_atomically(desk.weights[0], "weights");

  CHECK(desk.hash() == clams::sha256_hex("weights"));
  CHECK(desk.hash() == clams::sha256_hex("weights"));
}

TEST_CASE("the hash is remembered, and taken again when the file is another", "[whisper]") {
  const WeightsDesk desk;
  clams::write_file_atomically(desk.weights[0], "weights");
  const auto first = desk.hash();
  std::string note = clams::read_file(desk.note());
  note.replace(note.find(first), 4, "beef");
  clams::write_file_atomically(desk.note(), note);
  CHECK(desk.hash().starts_with("beef"));  // it did not read the weights

  clams::write_file_atomically(desk.weights[0], "other weights");

  CHECK(desk.hash() == clams::sha256_hex("other weights"));
}

TEST_CASE("a damaged note, or no cache, costs time only", "[whisper]") {
  const WeightsDesk desk;
  clams::write_file_atomically(desk.weights[0], "weights");
  const auto hash = desk.hash();
  for (const auto* damaged : {"", "{", "[]", "{\"file\": 1}", "{\"file\": \"x\", \"sha256\": 2}"}) {
    clams::write_file_atomically(desk.note(), damaged);
    CHECK(desk.hash() == hash);
  }
  CHECK(weights_sha256(desk.weights, clams::Environment{}) == hash);
}

TEST_CASE("weights in several files have one hash", "[whisper]") {
  WeightsDesk desk;
  desk.weights.push_back(desk.folder.path() / "second.bin");
  clams::write_file_atomically(desk.weights[0], "a");
  clams::write_file_atomically(desk.weights[1], "b");

  CHECK(desk.hash() == clams::sha256_hex(clams::sha256_hex("a") + clams::sha256_hex("b")));
}

TEST_CASE("weights that are not there have no hash", "[whisper]") {
  const WeightsDesk desk;

  CHECK_THROWS_AS(desk.hash(), clams::Error);
}
