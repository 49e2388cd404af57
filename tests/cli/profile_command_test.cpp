// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/detail/profile_arguments.hpp>
#include <clams/cli/run.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <vector>

using clams::detail::parse_age;
using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::TemporaryFolder;
using namespace clams::literals;

namespace {

const std::string kApp = "http://apps.clams.ai/test-app/v1";
const std::string kSmall(32, 'a');
const std::string kLarge = "ab" + std::string(30, 'c');

/// What the app's command line answers where `folder` holds the remembered peaks.
Ended profile(const TemporaryFolder& folder, std::vector<std::string> arguments,
              const std::string& input = "") {
  arguments.insert(arguments.begin(), "profile");
  ChildProcess child{[&] {
                       std::vector<const char*> argv{"/bin/test-app"};
                       for (const auto& argument : arguments) argv.push_back(argument.c_str());
                       return clams::run(clams::testing::test_metadata(),
                                         clams::testing::add_labelled_frame,
                                         static_cast<int>(argv.size()), argv.data());
                     },
                     input,
                     {"CLAMS_APP_VERSION=v1", "CLAMS_PROFILE_DIR=" + folder.path().string()}};
  return child.wait();
}

void remember(const TemporaryFolder& folder, const std::string& app, const std::string& hash,
              clams::Bytes peak) {
  clams::PeakStore store{{.folder = folder.path()}};
  store.raise(app, hash,
              {.peak = peak,
               .parameters = {{"beams", 5}},
               .devices = {{"H100 / float16", {.weights = peak, .working = 1_MiB}}}});
  REQUIRE(store.flush());
}

}  // namespace

TEST_CASE("profile list shows the peaks of this app, and of all apps if asked", "[cli]") {
  const TemporaryFolder folder;
  remember(folder, kApp, kSmall, 1_GiB);
  remember(folder, "http://apps.clams.ai/other/v2", kLarge, 3_GiB);

  const Ended own = profile(folder, {"list"});
  const Ended all = profile(folder, {"list", "--all"});

  CHECK(own.exit_code == 0);
  CHECK(own.out.rfind("HASH                              PEAK  DEVICES         WRITTEN\n", 0) == 0);
  CHECK_THAT(own.out, contains_text(kSmall + "  1GiB  H100 / float16  2"));
  CHECK_THAT(own.out, !contains_text(kLarge));
  CHECK(all.out.rfind("APP ", 0) == 0);
  CHECK_THAT(all.out, contains_text("http---apps.clams.ai-other-v2     " + kLarge + "  3GiB"));
  CHECK_THAT(all.out, contains_text(kSmall));
}

TEST_CASE("an empty store is said to be empty, with its folder", "[cli]") {
  const TemporaryFolder folder;

  const Ended ended = profile(folder, {"list"});

  CHECK(ended.exit_code == 0);
  CHECK(ended.out.empty());
  CHECK_THAT(ended.err, contains_text("No memory peaks of '" + kApp + "' are remembered in " +
                                      folder.path().string()));
  CHECK(profile(folder, {"clear"}).err == "0 records cleared\n");
}

TEST_CASE("a setting may stand after the action, too", "[cli]") {
  const TemporaryFolder empty;
  const TemporaryFolder folder;
  remember(folder, kApp, kSmall, 1_GiB);

  CHECK_THAT(profile(empty, {"list", "--profile-dir", folder.path().string()}).out,
             contains_text(kSmall));
  CHECK(profile(empty, {"list", "--profile-dir"}).exit_code == 2);
}

TEST_CASE("profile show prints the record that the beginning of a hash means", "[cli]") {
  const TemporaryFolder folder;
  remember(folder, kApp, kSmall, 1_GiB);
  remember(folder, kApp, kLarge, 3_GiB);

  const Ended shown = profile(folder, {"show", "ab"});
  const Ended several = profile(folder, {"show", "a"});
  const Ended none = profile(folder, {"show", "f00"});

  CHECK(shown.exit_code == 0);
  CHECK(clams::parse_json(shown.out)["peak_bytes"] == (3_GiB).count());
  CHECK_THAT(shown.out, contains_text("\n  \"parameters\": {\n    \"beams\": 5"));
  CHECK(several.exit_code == 2);
  CHECK_THAT(several.err,
             contains_text("'a' is the beginning of several:\n  " + kSmall + "\n  " + kLarge));
  CHECK(none.exit_code == 1);
  CHECK_THAT(none.err,
             contains_text("has a hash that begins with 'f00'; test-app profile list shows"));
}

TEST_CASE("what was exported can be imported elsewhere, and lowers nothing", "[cli]") {
  const TemporaryFolder here;
  const TemporaryFolder there;
  const TemporaryFolder files;
  const std::string file = files.path() / "peaks.json";
  remember(here, kApp, kSmall, 1_GiB);
  remember(here, kApp, kLarge, 1_GiB);
  remember(there, kApp, kLarge, 3_GiB);

  CHECK(profile(here, {"export", file}).err == "2 records exported\n");
  CHECK(profile(here, {"export", "-"}).out == clams::read_file(file));
  const Ended imported = profile(there, {"import", file});

  CHECK(imported.exit_code == 0);
  CHECK(imported.err == "2 records imported\n");
  const std::string listed = profile(there, {"list"}).out;
  CHECK_THAT(listed, contains_text(kSmall + "  1GiB"));
  CHECK_THAT(listed, contains_text(kLarge + "  3GiB"));
}

TEST_CASE("a file that holds no exported peaks is refused by name", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "cut.json";
  clams::write_file_atomically(file, R"({"clams_peaks": 1, "peaks": [)");

  const Ended cut = profile(folder, {"import", file});
  const Ended foreign = profile(folder, {"import", "-"}, "[]");

  CHECK(cut.exit_code == 1);
  CHECK_THAT(cut.err, contains_text(file + ": "));
  CHECK(foreign.exit_code == 1);
  CHECK_THAT(foreign.err,
             contains_text("-: imported peaks: expected an object with \"clams_peaks\": 1"));
  CHECK(profile(folder, {"import", "/nonexistent"}).exit_code == 2);
  CHECK(profile(folder, {"list", "--all"}).out.empty());
}

TEST_CASE("profile clear forgets this app's records, or only old ones", "[cli]") {
  const TemporaryFolder folder;
  remember(folder, kApp, kSmall, 1_GiB);
  remember(folder, "other", kLarge, 3_GiB);

  CHECK(profile(folder, {"clear", "--older-than", "180d"}).err == "0 records cleared\n");
  CHECK(profile(folder, {"clear"}).err == "1 record cleared\n");
  CHECK_THAT(profile(folder, {"list", "--all"}).out, contains_text(kLarge));
  CHECK(profile(folder, {"clear", "--all"}).err == "1 record cleared\n");
  CHECK(profile(folder, {"list", "--all"}).out.empty());
}

TEST_CASE("an age is a number with a unit", "[cli]") {
  CHECK(parse_age("--older-than", "180d") == std::chrono::hours{180 * 24});
  CHECK(parse_age("--older-than", "12h") == std::chrono::hours{12});
  for (const std::string text : {"", "180", "d", "-1d", "1.5d", "10000000d", "soon"}) {
    CHECK_THROWS_WITH(parse_age("--older-than", text), "argument --older-than: '" + text +
                                                           "' is not an age such as 180d, 12h or "
                                                           "30m");
  }
}

TEST_CASE("wrong usage of profile exits 2 with the nearest name", "[cli]") {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::vector<std::string>& arguments) {
    const Ended ended = profile(folder, arguments);
    CHECK(ended.exit_code == 2);
    return ended.err;
  };

  CHECK_THAT(refusal({"lst"}), contains_text("unknown argument lst; did you mean list?"));
  CHECK_THAT(refusal({"list", "--al"}),
             contains_text("unknown argument --al; did you mean --all?"));
  CHECK_THAT(refusal({"clear", "--older-then", "1d"}), contains_text("did you mean --older-than?"));
  CHECK_THAT(refusal({"clear", "--older-than"}), contains_text("'' is not an age"));
  CHECK_THAT(refusal({}),
             contains_text("say what to do first: list, show, export, import, clear, sweep"));
  CHECK_THAT(refusal({"show"}), contains_text("profile show: HASH is missing"));
  CHECK_THAT(refusal({"list", "more"}), contains_text("unknown argument more"));
  CHECK_THAT(refusal({"import", "a", "--all"}), contains_text("unknown argument --all"));
}

TEST_CASE("profile has a help text", "[cli]") {
  const TemporaryFolder folder;

  const Ended help = profile(folder, {"--help"});

  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, contains_text("test-app profile clear --older-than 180d"));
  CHECK(profile(folder, {"list", "-h"}).out == help.out);
}
