// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/detail/path_walk.hpp>
#include <clams/util/error.hpp>
#include <clams/util/media_access.hpp>

#include <atomic>
#include <cstdio>
#include <optional>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

using clams::ErrorCode;
using clams::MediaAccess;
using clams::MediaOptions;
using clams::parse_document_location;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

/// A media root with a file and a folder in it, beside a secret.
struct Desk {
  Desk() : root(folder.path() / "media"), secret(folder.path() / "secret") {
    fs::create_directories(root / "sub");
    clams::write_file_atomically(root / "a.wav", "media");
    clams::write_file_atomically(root / "sub" / "b 1.wav", "media");
    clams::write_file_atomically(secret, "secret");
  }

  TemporaryFolder folder;
  fs::path root;
  fs::path secret;
};

/// What the file at the location holds; nothing if it is refused.
std::optional<std::string> read(const MediaAccess& access, const std::string& location) {
  try {
    return access.open(parse_document_location(location)).read();
  } catch (const clams::Error&) {
    return std::nullopt;
  }
}

constexpr auto kWalks = {MediaOptions::Walk::by_kernel, MediaOptions::Walk::by_parts};

}  // namespace

TEST_CASE("files below a media root are opened, however their path is spelled", "[util]") {
  const Desk desk;
  for (const auto walk : kWalks) {
    const MediaAccess access{{.roots = {desk.root}, .walk = walk}};
    const std::string root = desk.root.string();

    CHECK(read(access, root + "/a.wav") == "media");
    CHECK(read(access, "file://" + root + "/a.wav") == "media");
    CHECK(read(access, "FILE://localhost" + root + "/a.wav") == "media");
    CHECK(read(access, "file://" + root + "/sub/b%201.wav") == "media");
    CHECK(read(access, "file://" + root + "//./sub/./b%201.wav") == "media");
    CHECK(read(access, "file://" + root + "/%61.wav") == "media");
  }
}

TEST_CASE("no spelling of a path leads out of the media root", "[util]") {
  const Desk desk;
  const std::string root = desk.root.string();
  fs::create_symlink(desk.secret, desk.root / "absolute");
  fs::create_symlink("../secret", desk.root / "relative");
  fs::create_symlink("..", desk.root / "sub" / "up");
  fs::create_symlink(desk.folder.path(), desk.root / "folder");
  fs::create_symlink("/proc/self/root", desk.root / "magic");
  fs::create_directory(root + "-other");
  clams::write_file_atomically(root + "-other/secret", "secret");
  const int open_secret = ::open(desk.secret.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string by_descriptor = "/proc/self/fd/" + std::to_string(open_secret);

  for (const auto walk : kWalks) {
    const MediaAccess access{{.roots = {desk.root}, .walk = walk}};
    for (const std::string& path : {desk.secret.string(),
                                    root + "/../secret",
                                    root + "/sub/../../secret",
                                    root + "/%2e%2e/secret",
                                    root + "/..%2fsecret",
                                    root + "/sub/%2E./..%2Fsecret",
                                    root + "/absolute",
                                    root + "/relative",
                                    root + "/sub/up/../secret",
                                    root + "/folder/secret",
                                    root + "/magic" + desk.secret.string(),
                                    root + "-other/secret",
                                    root + "/a.wav%00/../../secret",
                                    desk.secret.string() + "%00" + root + "/a.wav",
                                    root + "/a.wav/../../secret",
                                    by_descriptor,
                                    std::string{"/proc/self/cwd/secret"},
                                    std::string{"/dev/stdin"},
                                    std::string{"/etc/passwd"},
                                    root,
                                    root + "/",
                                    root + "/sub"}) {
      CAPTURE(path);
      CHECK(read(access, "file://" + path) == std::nullopt);
    }
  }
  ::close(open_secret);
}

TEST_CASE("other schemes and other hosts are no files", "[util]") {
  const Desk desk;
  const std::string file = (desk.root / "a.wav").string();
  const MediaAccess access{{.roots = {desk.root}}};
  for (const std::string& location :
       {"http://localhost" + file, "ftp://" + file, "data:," + file, std::string{"fd:0"},
        "pipe:" + file, "concat:" + file, "file://example.org" + file, "file://127.0.0.1" + file,
        "file://user@localhost" + file, "jar:file://" + file, "nfs://host" + file}) {
    CAPTURE(location);
    CHECK(read(access, location) == std::nullopt);
    CHECK(read(MediaAccess{}, location) == std::nullopt);
  }
}

TEST_CASE("pipes and devices below a media root are refused, and keep nobody waiting", "[util]") {
  const Desk desk;
  REQUIRE(::mkfifo((desk.root / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("pipe", desk.root / "link");
  for (const auto walk : kWalks) {
    const MediaAccess access{{.roots = {desk.root}, .walk = walk}};
    CHECK_THROWS_WITH(access.open(desk.root / "pipe"), contains_text("not a regular file"));
    CHECK_THROWS_AS(access.open(desk.root / "link"), clams::Error);
  }
  const MediaAccess all{{.roots = {"/dev", "/proc"}}};
  CHECK_THROWS_WITH(all.open(fs::path{"/dev/zero"}), contains_text("not a regular file"));
  CHECK(read(all, "/proc/self/environ") == std::nullopt);
  CHECK(read(all, "/proc/" + std::to_string(::getpid()) + "/environ") == std::nullopt);
}

TEST_CASE("what lies outside is told in the words for what is not there", "[util]") {
  const Desk desk;
  const MediaAccess access{{.roots = {desk.root}}};

  const auto told = [&](const fs::path& path) {
    try {
      (void)access.open(path);
    } catch (const clams::Error& error) {
      CHECK(error.code() == ErrorCode::not_found);
      return std::string{error.what()}.substr(std::string{"open "}.size() + path.string().size());
    }
    return std::string{"opened"};
  };

  CHECK(told(desk.secret) == told(desk.root / "none"));
  CHECK(told(desk.folder.path() / "none") == told(desk.root / "../secret"));
}

TEST_CASE("links are followed as long as they stay below the root", "[util]") {
  const Desk desk;
  fs::create_symlink("../a.wav", desk.root / "sub" / "link.wav");
  const MediaAccess access{{.roots = {desk.root}}};
  if (!clams::detail::has_openat2()) CLAMS_SKIP("this kernel has no openat2");

  CHECK(read(access, desk.root / "sub" / "link.wav") == "media");
  CHECK(read(access, desk.root / "sub" / ".." / "a.wav") == "media");
}

TEST_CASE("a root may be given through links, and several may be given", "[util]") {
  const Desk desk;
  const TemporaryFolder other;
  clams::write_file_atomically(other.path() / "c.wav", "other");
  fs::create_symlink(desk.root, other.path() / "root");
  const MediaAccess access{{.roots = {other.path() / "root", other.path()}}};

  CHECK(read(access, other.path() / "root" / "a.wav") == "media");
  CHECK(read(access, desk.root / "a.wav") == "media");
  CHECK(read(access, other.path() / "c.wav") == "other");
  CHECK_THROWS_WITH(MediaAccess{{.roots = {"/no/such"}}}, contains_text("'/no/such'"));
  CHECK_THROWS_AS((MediaAccess{{.roots = {desk.root / "a.wav"}}}), clams::Error);
}

TEST_CASE("without roots any regular file is opened", "[util]") {
  const Desk desk;

  CHECK(read(MediaAccess{}, desk.secret) == "secret");
  CHECK(read(MediaAccess{{.roots = {desk.root, "/"}}}, desk.secret) == "secret");
  CHECK(read(MediaAccess{}, "/dev/zero") == std::nullopt);
}

TEST_CASE("a closed access opens nothing, and says what to do about it", "[util]") {
  const Desk desk;
  const MediaAccess access{{.closed_because = "set --media-root"}};

  CHECK_THROWS_WITH(access.open(desk.root / "a.wav"), contains_text("set --media-root"));
  CHECK_THROWS_WITH(access.create(desk.root / "new"), contains_text("set --media-root"));
  CHECK_FALSE(fs::exists(desk.root / "new"));
}

TEST_CASE("a new file is made below the roots only, and never over another", "[util]") {
  const Desk desk;
  fs::create_symlink(desk.folder.path() / "made", desk.root / "dangling");
  for (const auto walk : kWalks) {
    const MediaAccess access{{.roots = {desk.root}, .walk = walk}};
    const auto path = desk.root / "sub" / "new.txt";

    access.create(path).write("text");

    CHECK(clams::read_file(path) == "text");
    for (const fs::path& bad : {path, desk.root / "a.wav", desk.root / "dangling", desk.secret,
                                desk.folder.path() / "made", desk.root / "../made"}) {
      CAPTURE(bad);
      CHECK_THROWS_AS(access.create(bad), clams::Error);
    }
    CHECK_FALSE(fs::exists(desk.folder.path() / "made"));
    fs::remove(path);
  }
  CHECK(clams::read_file(desk.root / "a.wav") == "media");
}

TEST_CASE("a folder that is swapped for a link while files are opened leads nowhere", "[util]") {
  const Desk desk;
  const auto inner = desk.root / "inner";
  const auto link = desk.root / "link";
  fs::create_directories(inner);
  clams::write_file_atomically(inner / "secret", "media");
  fs::create_symlink("..", link);
  std::atomic<bool> done = false;
  std::thread swapper{[&] {
    while (!done) {  // inner is now a folder, now a link to where the secret is
      ::syscall(SYS_renameat2, AT_FDCWD, inner.c_str(), AT_FDCWD, link.c_str(), 2 /* exchange */);
    }
  }};

  int escapes = 0;
  int opened = 0;
  for (const auto walk : kWalks) {
    const MediaAccess access{{.roots = {desk.root}, .walk = walk}};
    for (int i = 0; i < 3000; ++i) {
      for (const fs::path& path : {inner / "secret", desk.root / "sub/../inner/../secret"}) {
        const auto found = read(access, path);
        if (found == "secret") ++escapes;
        if (found == "media") ++opened;
      }
    }
  }
  done = true;
  swapper.join();

  CHECK(escapes == 0);
  CHECK(opened > 0);
}

TEST_CASE("URLs may be fetched only where they are allowed", "[util]") {
  const MediaAccess access{{.urls = {"https://media.example.org/open", "s3://"}}};
  const auto is_allowed = [&](const char* url) {
    try {
      return access.url(parse_document_location(url)) == url;
    } catch (const clams::Error& error) {
      CHECK(error.code() == ErrorCode::invalid_input);
      return false;
    }
  };

  CHECK(is_allowed("https://media.example.org/open/a.mp4"));
  CHECK(is_allowed("https://media.example.org/open"));
  CHECK(is_allowed("s3://any/where"));
  for (const char* url :
       {"http://media.example.org/open/a.mp4", "https://media.example.org.evil.org/open/a",
        "https://media.example.org/opened", "https://media.example.org/open/../secret",
        "https://media.example.org/open/%2e%2e/secret",
        "https://media.example.org/open/..%2Fsecret", "https://u@media.example.org/open/a",
        "https://media.example.org:444/open/a", "https://169.254.169.254/open", "file:///open/a"}) {
    CAPTURE(url);
    CHECK_FALSE(is_allowed(url));
  }
  CHECK_THROWS_AS((MediaAccess{{.urls = {"media.example.org"}}}), clams::Error);
  CHECK_THROWS_AS((MediaAccess{{.urls = {"file:///"}}}), clams::Error);
  CHECK_THROWS_AS(MediaAccess{}.url(parse_document_location("https://a/")), clams::Error);
}
