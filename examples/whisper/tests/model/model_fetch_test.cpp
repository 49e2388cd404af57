// SPDX-License-Identifier: Apache-2.0
#include "model/model_fetch.hpp"

#include "model/http_download.hpp"
#include "model/lock_file.hpp"
#include "model/support/file_server.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/hash.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using namespace whisper;
using namespace whisper::testing;

namespace {

namespace fs = std::filesystem;

const std::string kRepository = "/Systran/faster-whisper-tiny.en/resolve/";

std::string weights() {
  std::string bytes(200'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  return bytes;
}

/// The files of tiny.en as Hugging Face serves them: the first answer names the commit.
std::map<std::string, ServedFile> served() {
  std::map<std::string, ServedFile> files;
  files[kRepository + "main/config.json"] = {.content = "{}",
                                             .headers = "X-Repo-Commit: c0ffee\r\n"};
  files[kRepository + "c0ffee/vocabulary.txt"] = {.content = "!\n"};
  files[kRepository + "c0ffee/model.bin"] = {
      .content = weights(),
      .headers = "X-Linked-Etag: \"" + clams::sha256_hex(weights()) + "\"\r\n"};
  return files;
}

ServedFile& weights_of(std::map<std::string, ServedFile>& files) {
  return files.at(kRepository + "c0ffee/model.bin");
}

FetchOptions options_for(const FileServer& server, const TemporaryFolder& folder) {
  return {.folder = folder.path(),
          .environment = clams::Environment{{{"HF_ENDPOINT", server.url()}}},
          .attempts = 2,
          .pause = std::chrono::milliseconds{0}};
}

std::optional<clams::ErrorCode> failure_of(const FetchOptions& options) {
  try {
    fetch_model("tiny.en", options);
  } catch (const clams::Error& error) {
    return error.code();
  }
  return std::nullopt;
}

std::size_t count(const FileServer& server, const std::string& part) {
  const auto requests = server.requests();
  return static_cast<std::size_t>(std::ranges::count_if(
      requests, [&](const std::string& r) { return r.find(part) != std::string::npos; }));
}

}  // namespace

TEST_CASE("a model is fetched with all of its files, of one commit", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  const FileServer server{served()};
  const TemporaryFolder folder;
  std::uint64_t last = 0;
  auto options = options_for(server, folder);
  options.on_progress = [&](const FetchProgress& progress) {
    last = progress.done;
    return true;
  };

  const auto model = fetch_model("te", options);

  CHECK(model == folder.path() / "tiny.en");
  CHECK(clams::read_file(model / "model.bin") == weights());
  CHECK(clams::read_file(model / "vocabulary.txt") == "!\n");
  CHECK(std::distance(fs::directory_iterator{model}, {}) == 3);
  CHECK(last == weights().size());
  CHECK(fetch_model("tiny.en", options) == model);  // and not once more
  CHECK(count(server, "GET") == 3);
}

TEST_CASE("a connection that breaks is taken up where it broke", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  auto files = served();
  weights_of(files).cut_after = 70'000;
  const FileServer server{files};
  const TemporaryFolder folder;

  const auto model = fetch_model("tiny.en", options_for(server, folder));

  CHECK(clams::read_file(model / "model.bin") == weights());
  CHECK(count(server, "model.bin bytes=70000-") == 1);
}

TEST_CASE("a server that cannot send the rest sends all again", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  auto files = served();
  weights_of(files).cut_after = 70'000;
  weights_of(files).ranges = false;
  const FileServer server{files};
  const TemporaryFolder folder;

  const auto model = fetch_model("tiny.en", options_for(server, folder));

  CHECK(clams::read_file(model / "model.bin") == weights());
}

TEST_CASE("an interrupted fetch leaves no model, and the next one goes on from there",
          "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  auto files = served();
  weights_of(files).cut_after = 70'000;
  const FileServer server{files};
  const TemporaryFolder folder;
  auto options = options_for(server, folder);
  options.attempts = 1;

  CHECK(failure_of(options) == clams::ErrorCode::io);
  CHECK_FALSE(fs::exists(folder.path() / "tiny.en"));
  CHECK_FALSE(failure_of(options).has_value());

  CHECK(clams::read_file(folder.path() / "tiny.en" / "model.bin") == weights());
  CHECK(count(server, "model.bin bytes=70000-") == 1);
}

TEST_CASE("weights with another hash than the server's are thrown away", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  auto files = served();
  weights_of(files).content[5] = 'X';
  const FileServer server{files};
  const TemporaryFolder folder;
  const auto options = options_for(server, folder);

  CHECK_THROWS_WITH(fetch_model("tiny.en", options), contains_text("SHA-256"));

  CHECK_FALSE(fs::exists(folder.path() / "tiny.en"));
  CHECK_FALSE(fs::exists(folder.path() / ".tiny.en.fetch" / "model.bin.part"));
}

TEST_CASE("what was left of another version is replaced", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  const FileServer server{served()};
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / ".tiny.en.fetch");
  clams::write_file_atomically(folder.path() / ".tiny.en.fetch" / "model.bin.part", "old bytes");

  const auto model = fetch_model("tiny.en", options_for(server, folder));

  CHECK(clams::read_file(model / "model.bin") == weights());
}

TEST_CASE("a fetch can be stopped", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  const FileServer server{served()};
  const TemporaryFolder folder;
  auto options = options_for(server, folder);
  options.on_progress = [](const FetchProgress& progress) { return progress.file != "model.bin"; };

  CHECK(failure_of(options) == clams::ErrorCode::cancelled);

  CHECK_FALSE(fs::exists(folder.path() / "tiny.en"));
}

TEST_CASE("two fetches of one model do not meet", "[whisper]") {
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  const FileServer server{served()};
  const TemporaryFolder folder;
  const LockFile other{folder.path() / ".tiny.en.fetch.lock", "test"};

  CHECK(failure_of(options_for(server, folder)) == clams::ErrorCode::unavailable);
}

TEST_CASE("what cannot be fetched is said by name", "[whisper]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(fetch_model("enormous", {.folder = folder.path()}),
                    contains_text("no model enormous") && contains_text("tiny.en, tiny"));
  if (!can_download()) CLAMS_SKIP("built without libcurl");
  const FileServer server{{}};

  CHECK(failure_of(options_for(server, folder)) == clams::ErrorCode::not_found);
}
