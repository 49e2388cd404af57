// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/serve/bearer_token.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

using clams::http::BearerToken;

TEST_CASE("a token admits only itself", "[serve]") {
  const BearerToken token{"s3cret"};

  CHECK(token.admits("Bearer s3cret"));
  CHECK(token.admits("bearer  s3cret "));
  CHECK_FALSE(token.admits("Bearer s3cres"));
  CHECK_FALSE(token.admits("Bearer s3cret2"));
  CHECK_FALSE(token.admits("Bearer s3crets3cret"));
  CHECK_FALSE(token.admits("Bearer "));
  CHECK_FALSE(token.admits("Basic s3cret"));
  CHECK_FALSE(token.admits("s3cret"));
  CHECK_FALSE(token.admits(""));
}

TEST_CASE("a token file holds the token in its first line", "[serve]") {
  const clams::testing::TemporaryFolder folder;
  const auto path = folder.path() / "token";
  clams::write_file_atomically(path, " s3cret \r\nsecond line\n");

  CHECK(BearerToken::from_file(path).admits("Bearer s3cret"));
}

TEST_CASE("a token file that holds none is refused by name", "[serve]") {
  const clams::testing::TemporaryFolder folder;
  const auto path = folder.path() / "token";
  clams::write_file_atomically(path, "\n");

  CHECK_THROWS_WITH(BearerToken::from_file(path), clams::testing::contains_text(path.string()));
  CHECK_THROWS_WITH(BearerToken::from_file(folder.path() / "none"),
                    clams::testing::contains_text("none"));
  CHECK_THROWS_AS(BearerToken{"two words"}, clams::Error);
}
