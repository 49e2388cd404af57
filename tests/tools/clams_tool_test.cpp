// SPDX-License-Identifier: Apache-2.0
#include "clams/tool.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <algorithm>
#include <sstream>

using clams::Json;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using clams::tool::ExitCode;
using clams::tool::InputKind;

namespace {

const std::string kDocument =
    R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": [)"
    R"({"id": "v_0", "metadata": {"app": "http://apps.clams.ai/a/v1", "timestamp": "1", )"
    R"("contains": {}}, "annotations": []}, {"id": "v_1", "metadata": )"
    R"({"app": "http://apps.clams.ai/b/v1", "timestamp": "2", "contains": {}}, )"
    R"("annotations": []}]})";

/// What one run of the tool has left behind.
struct Outcome {
  ExitCode code;
  std::string out;
  std::string err;

  [[nodiscard]] Json json() const { return clams::parse_json(out); }
};

Outcome run(const std::vector<std::string>& arguments, const std::string& input = "",
            InputKind kind = InputKind::data) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code = clams::tool::run(arguments, {in, out, err, kind});
  return {code, out.str(), err.str()};
}

}  // namespace

TEST_CASE("without a command the tool tells its commands and fails", "[tools]") {
  const Outcome outcome = run({});

  CHECK(outcome.code == ExitCode::failure);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, contains_text("usage") && contains_text("rewind"));
}

TEST_CASE("help and version are answers, not errors", "[tools]") {
  CHECK(run({"--help"}).code == ExitCode::success);
  CHECK_THAT(run({"describe", "--help"}).out, contains_text("--help-schema"));
  CHECK_THAT(run({"--version"}).out, contains_text("(based on MMIF spec: 1.2.0)"));
}

TEST_CASE("wrong usage is told in one line and has its own exit code", "[tools]") {
  const std::vector<std::vector<std::string>> wrong = {
      {"frob"},   {"describe", "--frob"},          {"rewind", "-n", "x"}, {"rewind", "-m", "both"},
      {"source"}, {"envelop", "/nonexistent/file"}};
  for (const auto& arguments : wrong) {
    INFO(arguments.back());
    const Outcome outcome = run(arguments);
    CHECK(outcome.code == ExitCode::bad_usage);
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
}

TEST_CASE("bad input is told in one line that names the command", "[tools]") {
  const Outcome outcome = run({"summarize"}, "nope");

  CHECK(outcome.code == ExitCode::failure);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Catch::Matchers::StartsWith("clams summarize: "));
}

TEST_CASE("a document is not waited for at a terminal", "[tools]") {
  const Outcome outcome = run({"describe"}, kDocument, InputKind::terminal);

  CHECK(outcome.code == ExitCode::failure);
  CHECK_THAT(outcome.err, contains_text("no input"));
}

TEST_CASE("describe tells the workflow of what is piped in", "[tools]") {
  const Outcome outcome = run({"describe", "-p", "-"}, kDocument);

  CHECK(outcome.code == ExitCode::success);
  CHECK(outcome.json()["stats"]["appCount"] == 2);
  CHECK_THAT(outcome.out, contains_text("\n  \"stats\""));
}

TEST_CASE("describe takes a folder", "[tools]") {
  const TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "a.mmif", kDocument);

  const Outcome outcome = run({"describe", folder.path().string()});

  CHECK(outcome.json()["mmifCountByStatus"]["total"] == 1);
}

TEST_CASE("describe prints the schemas of its output", "[tools]") {
  CHECK(run({"describe", "--help-schema", "mmif-file"}).json()["title"] == "SingleMmifDesc");
  CHECK(run({"describe", "--help-schema", "mmif-dir"}).json()["title"] == "CollectionMmifDesc");
}

TEST_CASE("summarize counts the bytes that came in", "[tools]") {
  const Json summary = run({"summarize"}, kDocument).json();

  CHECK(summary["document"]["size"] == kDocument.size());
  CHECK(summary["views"].size() == 2);
}

TEST_CASE("source writes a document, to a file if one is named", "[tools]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "out.mmif").string();

  const Outcome outcome = run({"source", "-o", path, "video:/a.mp4", "text:/b.txt"});

  CHECK(outcome.code == ExitCode::success);
  CHECK(outcome.out.empty());
  CHECK(clams::parse_json(clams::read_file(path))["documents"].size() == 2);
}

TEST_CASE("rewind removes views, or the views of apps", "[tools]") {
  CHECK(run({"rewind", "-n", "1"}, kDocument).json()["views"].size() == 1);
  CHECK(run({"rewind", "-n", "2", "-m", "app"}, kDocument).json()["views"].empty());
  CHECK_THAT(run({"rewind", "-n", "-2"}, kDocument).err, contains_text("got -2"));
}

TEST_CASE("rewind asks how far if it is not told", "[tools]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "in.mmif").string();
  clams::write_file_atomically(path, kDocument);

  const Outcome outcome = run({"rewind", path}, "1\n");

  CHECK_THAT(outcome.err, contains_text("http://apps.clams.ai/b/v1"));
  CHECK(outcome.json()["views"].size() == 1);
  CHECK(run({"rewind", path}, "").code == ExitCode::failure);
  CHECK_THAT(run({"rewind"}, kDocument).err, contains_text("say with -n"));
}

TEST_CASE("envelop wraps a document and parameters", "[tools]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "parameters.json").string();
  clams::write_file_atomically(path, R"({"n": 1.0})");

  const Outcome outcome = run({"envelop", path}, kDocument);

  CHECK_THAT(outcome.out,
             Catch::Matchers::StartsWith(R"({"parameters": {"n": 1.0}, "mmif": {"metadata")"));
  CHECK(outcome.json()["mmif"]["views"].size() == 2);
}

TEST_CASE("envelop refuses parameters that are no object", "[tools]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "parameters.json").string();
  clams::write_file_atomically(path, "[1]");

  const Outcome outcome = run({"envelop", path}, kDocument);

  CHECK(outcome.code == ExitCode::failure);
  CHECK_THAT(outcome.err, contains_text("must be a JSON object"));
}
