// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/mmif/source.hpp>
#include <clams/util/error.hpp>

#include <utility>

using clams::make_source;
using clams::SourceOptions;
using clams::testing::contains_text;

namespace {

/// The location that one video argument gives.
std::string location(const std::string& given, const SourceOptions& options = {}) {
  const std::vector<std::string> arguments{"video:" + given};
  return make_source(arguments, options).documents().front().location();
}

void make_one(const std::string& argument, const SourceOptions& options = {}) {
  const std::vector<std::string> arguments{argument};
  [[maybe_unused]] const auto mmif = make_source(arguments, options);
}

}  // namespace

TEST_CASE("documents are made with type, MIME type and an id by position", "[mmif]") {
  const std::vector<std::string> arguments{"video/mp4:/a.mp4", " ", "text:/b.txt",
                                           " audio:/c.wav "};

  const clams::Mmif mmif = make_source(arguments);

  const auto documents = mmif.documents();
  REQUIRE(documents.size() == 3);
  CHECK(documents[0].type().uri() == "http://clams.ai/vocabulary/type/VideoDocument/v2");
  CHECK(documents[0].mime() == "video/mp4");
  CHECK(documents[0].id() == "d1");
  CHECK(documents[1].id() == "d3");
  CHECK(documents[2].id() == "d4");
  CHECK(documents[2].location() == "file:///c.wav");
  CHECK(mmif.views().empty());
}

TEST_CASE("paths are tidied, but links are not second-guessed", "[mmif]") {
  CHECK(location("/a//b/./c.mp4") == "file:///a/b/c.mp4");
  CHECK(location("/a/../b.mp4") == "file:///a/../b.mp4");
  CHECK(location("file:///a/b.mp4") == "file:///a/b.mp4");
}

TEST_CASE("a path with URI delimiters names the same file afterwards", "[mmif]") {
  CHECK(location("/100% #1?.mp4") == "file:///100%25 %231%3F.mp4");

  const std::vector<std::string> arguments{"video:/100% #1?.mp4"};
  const auto mmif = make_source(arguments);
  CHECK(mmif.documents().front().location_path() == "/100% #1?.mp4");
}

TEST_CASE("a prefix goes before relative paths", "[mmif]") {
  CHECK(location("a.mp4", {.prefix = "/data"}) == "file:///data/a.mp4");
  CHECK(location("sub/a.mp4", {.prefix = "/data/"}) == "file:///data/sub/a.mp4");
  CHECK(location("http://x.org/a.mp4", {.prefix = "/data"}) == "http://x.org/a.mp4");
}

TEST_CASE("a scheme goes before locations that are no URIs", "[mmif]") {
  CHECK(location("example.org/a.mp4", {.scheme = "http"}) == "http://example.org/a.mp4");
  CHECK(location("s3://bucket/a.mp4", {.scheme = "http"}) == "s3://bucket/a.mp4");
}

TEST_CASE("arguments that cannot be meant are refused with a reason", "[mmif]") {
  CHECK_THROWS_WITH(make_one("/a.mp4"), contains_text("Invalid MIME"));
  CHECK_THROWS_WITH(make_one("paper:/a.pdf"), contains_text("paper:/a.pdf"));
  CHECK_THROWS_WITH(make_one("video:"), contains_text("needs a location"));
  CHECK_THROWS_WITH(make_one("video:a.mp4"), contains_text("must be an absolute path"));
  CHECK_THROWS_WITH(make_one("video:/a.mp4", {.prefix = "/data"}),
                    contains_text("must not be an absolute"));
  CHECK_THROWS_WITH(make_one("video:a.mp4", {.prefix = "data"}),
                    contains_text("prefix must be an absolute path"));
}
