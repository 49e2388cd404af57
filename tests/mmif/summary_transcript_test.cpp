// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/summary.hpp>

using clams::Json;
using clams::testing::element;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;
namespace types = clams::types;

namespace {

Json token(int n, const char* text, int start, int end) {
  return element(types::kToken, "v_0:to_" + std::to_string(n),
                 {{"text", text}, {"start", start}, {"end", end}});
}

Json transcript_by(const char* app, const std::vector<Json>& annotations) {
  const auto mmif = mmif_of({view("v_0", signature(app, "01"), annotations)});
  return clams::summarize(mmif, 0)["transcript"];
}

/// A video frame at 2 s, and a text of a captioner aligned to it or to its frame.
Json captions_of(const char* app, const char* aligned_to) {
  const Json seen = {element(types::kTimePoint, "v_0:tp_1", {{"timePoint", 2000}}),
                     element(types::kTimeFrame, "v_0:tf_1",
                             {{"targets", {"v_0:tp_1"}}, {"representatives", {"v_0:tp_1"}}})};
  const Json said = {
      element(types::kTextDocument, "v_1:td_1",
              {{"text", {{"@value", "[INST]What is it?[/INST] A dog"}}}}),
      element(types::kAlignment, "v_1:a_1", {{"source", aligned_to}, {"target", "v_1:td_1"}})};
  const auto mmif = mmif_of(
      {view("v_0", signature("swt/v8", "01"), seen), view("v_1", signature(app, "02"), said)});
  return clams::summarize(mmif, 0)["captions"];
}

}  // namespace

TEST_CASE("a transcript has a line for each sentence", "[mmif]") {
  const Json lines =
      transcript_by("whisper-wrapper/v8",
                    {token(1, "Fido", 0, 4), token(2, "barks", 5, 10), token(3, "Rex", 11, 14),
                     element(types::kSentence, "v_0:s_1", {{"targets", {"v_0:to_1", "v_0:to_2"}}}),
                     element(types::kSentence, "v_0:s_2", {{"targets", {"v_0:to_3"}}}),
                     element(types::kSentence, "v_0:s_3", {{"targets", Json::array()}})});

  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["id"] == "v_0:s_1");
  CHECK(lines[0]["text"] == "Fido barks");
  CHECK(lines[1]["text"] == "Rex");
}

TEST_CASE("a transcript without sentences has lines of twelve tokens", "[mmif]") {
  Json tokens = Json::array();
  for (int i = 0; i < 13; ++i) tokens.push_back(token(i, "ab", 3 * i, 3 * i + 2));

  const Json lines = transcript_by("aapb-pua-kaldi-wrapper/v3", tokens);

  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["text"] == "ab ab ab ab ab ab ab ab ab ab ab ab");
  CHECK_FALSE(lines[0].contains("id"));
  CHECK(lines[1]["text"] == "ab");
}

TEST_CASE("a line is timed by the frames of its first and last token", "[mmif]") {
  const Json lines = transcript_by(
      "whisper-wrapper/v8",
      {token(1, "Fido", 0, 4), token(2, "\u00e9\U0001F600", 5, 7),
       element(types::kTimeFrame, "v_0:tf_1", {{"start", 100}, {"end", 200}}),
       element(types::kTimeFrame, "v_0:tf_2", {{"start", 200}, {"end", 300}}),
       element(types::kAlignment, "v_0:a_1", {{"source", "v_0:tf_1"}, {"target", "v_0:to_1"}}),
       element(types::kAlignment, "v_0:a_2", {{"source", "v_0:to_2"}, {"target", "v_0:tf_2"}})});

  CHECK(lines ==
        Json::array({{{"start-time", 100}, {"end-time", 300}, {"text", "Fido \u00e9\U0001F600"}}}));
}

TEST_CASE("apps that are not known to transcribe give no transcript", "[mmif]") {
  CHECK(transcript_by("spacy-wrapper/v1.1", {token(1, "Fido", 0, 4)}) == Json::array());
}

TEST_CASE("tokens with absurd offsets do not exhaust the memory", "[mmif]") {
  const Json far = element(types::kToken, "v_0:to_1",
                           {{"text", "x"}, {"start", 1}, {"end", 9000000000000000000}});

  CHECK(transcript_by("whisper-wrapper/v8", {far}).size() == 1);
}

TEST_CASE("captions are timed by what they are aligned to", "[mmif]") {
  const Json caption =
      Json::array({{{"identifier", "v_1:td_1"}, {"time-point", 2000}, {"text", " A dog"}}});

  CHECK(captions_of("smolvlm2-captioner", "v_0:tp_1") == caption);
  CHECK(captions_of("llava-captioner/v1.2-6-gc824c97", "v_0:tf_1") == caption);
  CHECK(captions_of("smolvlm2-captioner", "d1") == Json::array());
  CHECK(captions_of("other/v1", "v_0:tp_1") == Json::array());
}
