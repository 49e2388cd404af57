// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/app/app_version.hpp>

#include <fstream>

using clams::Environment;
using clams::find_app_version;
using clams::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

/// A folder with a program called git that does what `script` says, and one with a `.git` in it.
struct FakeGit {
  explicit FakeGit(const std::string& script) {
    const fs::path program = bin.path() / "git";
    std::ofstream{program} << "#!/bin/sh\n" << script << '\n';
    fs::permissions(program, fs::perms::owner_all);
    fs::create_directory(app.path() / ".git");
  }

  [[nodiscard]] Environment environment() const {
    return Environment{{{"PATH", bin.path().string()}, {"CLAMS_APP_VERSION", "v9"}}};
  }

  TemporaryFolder bin;
  TemporaryFolder app;
};

}  // namespace

TEST_CASE("in a git checkout the version is what git describe says", "[app]") {
  const FakeGit git{"echo v1.2-3-gabc"};

  CHECK(find_app_version(git.app.path(), git.environment()) == "v1.2-3-gabc");
}

TEST_CASE("git is asked about the folder of the app, for tags and bare commits", "[app]") {
  const FakeGit git{R"(echo "$@")"};

  CHECK(find_app_version(git.app.path(), git.environment()) ==
        "-C " + git.app.path().string() + " describe --tags --always");
}

TEST_CASE("where git fails, the version is unresolvable", "[app]") {
  const FakeGit git{"echo half; exit 1"};

  CHECK(find_app_version(git.app.path(), git.environment()) == "unresolvable");
}

TEST_CASE("outside of a git checkout the environment tells the version", "[app]") {
  const FakeGit git{"echo v1"};
  const TemporaryFolder elsewhere;

  CHECK(find_app_version(elsewhere.path(), git.environment()) == "v9");
}

TEST_CASE("without git on the path the environment tells the version", "[app]") {
  const FakeGit git{"echo v1"};
  const Environment environment{{{"PATH", "/nonexistent"}, {"CLAMS_APP_VERSION", "v9"}}};

  CHECK(find_app_version(git.app.path(), environment) == "v9");
}

TEST_CASE("a version that nobody tells is unresolvable", "[app]") {
  CHECK(find_app_version({}, Environment{}) == "unresolvable");
}

TEST_CASE("the folder of the program is known", "[app]") {
  CHECK(clams::program_folder().is_absolute());
}
