// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/cli/command_options.hpp>
#include <clams/util/error.hpp>

using clams::CommandOptions;

namespace {

const CommandOptions& options() {
  static const CommandOptions known{
      "print [OPTIONS] FILE...",
      "Prints files.",
      {{"language", "CODE", "of the text"}, {"quiet", "", "say nothing"}}};
  return known;
}

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    (void)options().parse(arguments);
    return "nothing";
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::usage);
    return error.what();
  }
}

}  // namespace

TEST_CASE("a command's options stand anywhere between its words", "[cli]") {
  const auto given = options().parse(
      {"a", "--language", "en", "--quiet", "-", "--language=de", "--", "--language", "-x"});

  CHECK(given.words == std::vector<std::string>{"a", "-", "--language", "-x"});
  CHECK(given.get_or("language", "") == "de");
  CHECK(given.has("quiet"));
  CHECK_FALSE(given.wants_help);
  CHECK(options().parse({"--help"}).wants_help);
  CHECK(options().parse({}).get_or("language", "none") == "none");
}

TEST_CASE("a command's wrong options are named, with the nearest", "[cli]") {
  CHECK(refusal({"--langauge", "en"}) == "unknown option --langauge; did you mean --language?");
  CHECK(refusal({"--xyzzy=1"}) == "unknown option --xyzzy");
  CHECK(refusal({"-l"}) == "unknown option -l");
  CHECK(refusal({"a", "--language"}) == "--language needs a value: CODE");
  CHECK(refusal({"--quiet=yes"}) == "--quiet takes no value");
}

TEST_CASE("a command's help names all options", "[cli]") {
  const std::string help = options().help("app");

  CHECK(help.starts_with("Usage: app print [OPTIONS] FILE...\n"));
  CHECK(help.find("--language CODE") != std::string::npos);
  CHECK(help.find("say nothing") != std::string::npos);
}
