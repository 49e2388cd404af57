// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::Mmif;
using clams::testing::contains_text;
using clams::testing::sample;
using clams::testing::sample_text;

namespace {

std::string message_of(const std::string& text) {
  try {
    static_cast<void>(Mmif::parse(text));
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::invalid_input);
    return error.what();
  }
  return "";
}

/// The sample with one part replaced.
std::string with(const std::string& part, const std::string& replacement) {
  std::string text = sample_text();
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), replacement);
}

}  // namespace

TEST_CASE("an MMIF is read with its documents, views and annotations", "[mmif]") {
  const Mmif mmif = sample();

  CHECK(mmif.spec_version() == "http://mmif.clams.ai/1.2.0");
  CHECK(mmif.documents().size() == 2);
  REQUIRE(mmif.views().size() == 1);
  CHECK(mmif.views()[0].annotation_count() == 3);
  CHECK(mmif.at("v_0:tp_2").get<int>("timePoint") == 2000);
}

TEST_CASE("the versions of the specification are not checked", "[mmif]") {
  CHECK(Mmif::parse(with("/1.2.0", "/9.9.9")).spec_version() == "http://mmif.clams.ai/9.9.9");
}

TEST_CASE("what violates the schema is refused with the place", "[mmif]") {
  CHECK(message_of("[]") == "[] is not of type 'object' (at /)");
  CHECK(message_of(R"({"metadata": {}, "documents": [], "views": []})") ==
        "'mmif' is a required property (at /metadata)");
  CHECK(message_of(with(R"(], "views")", R"(, 5], "views")")) ==
        "5 is not of type 'object' (at /documents/2)");
  CHECK(message_of(with(R"("id": "v_0:tp_2")", R"("id": "")")) ==
        "'' should be non-empty (at /views/0/annotations/1/properties/id)");
  CHECK(message_of(with("http://apps.clams.ai/swt/v8", "short")) ==
        R"("short" is too short, at least 7 characters are expected (at /views/0/metadata/app))");
  CHECK_THAT(message_of(with(R"("views")", R"("more": 1, "views")")),
             contains_text("('more' was unexpected) (at /)"));
}

TEST_CASE("a view has exactly one of contains, warnings and error", "[mmif]") {
  CHECK_THAT(message_of(with(R"("contains": )", R"("warnings": [], "contains": )")),
             contains_text("exactly one of 'contains', 'warnings' and 'error'"));
}

TEST_CASE("text that is no JSON is refused with line and column", "[mmif]") {
  CHECK_THAT(message_of("{"), contains_text("line 1 column 2"));
  CHECK_THAT(message_of(sample_text() + "x"), contains_text("Extra data"));
}

TEST_CASE("targets must lead to a point in time or text", "[mmif]") {
  CHECK_THAT(message_of(with(R"(["v_0:tp_1", "v_0:tp_2"])", R"(["v_0:tp_9"])")),
             contains_text("v_0:tf_1 name \"v_0:tp_9\", which does not exist"));
  CHECK_THAT(message_of(with(R"(["v_0:tp_1", "v_0:tp_2"])", R"(["d1"])")),
             contains_text("d1, which has no anchor"));
  CHECK_THAT(message_of(with(R"(["v_0:tp_1", "v_0:tp_2"])", R"(["v_0:tf_1"])")),
             contains_text("form a loop"));
  CHECK_THAT(message_of(with(R"("timePoint": 2000)", R"("timePoint": "now")")),
             contains_text("v_0:tp_2, which has no anchor"));
  CHECK_THAT(message_of(with(R"("targets")", R"("start": 1, "targets")")),
             contains_text("both 'targets' and 'start'/'end'"));
}

TEST_CASE("targets that branch a lot are followed once each", "[mmif]") {
  std::string annotations =
      R"({"@type": "http://x.org/T", "properties": {"id": "a0", "start": 1, "end": 2}})";
  for (int i = 1; i < 100; ++i) {
    const std::string below = "\"a" + std::to_string(i - 1) + "\"";
    annotations += R"(, {"@type": "http://x.org/T", "properties": {"id": "a)" + std::to_string(i) +
                   R"(", "targets": [)" + below + ", " + below + "]}}";
  }
  const Mmif mmif = Mmif::parse(
      R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": [{"id": "v", "metadata": )"
      R"({"app": "http://a.org/b", "contains": {}}, "annotations": [)" +
      annotations + "]}]}");

  CHECK(mmif.end_of(mmif.at("v:a99")) == 2);
}

TEST_CASE("locations are URIs or absolute paths", "[mmif]") {
  const auto with_location = [](const std::string& location) {
    return message_of(with(R"("file:///data/a%20b.mp4")", location));
  };

  CHECK(with_location(R"("/data/a.mp4")").empty());
  CHECK(with_location(R"("https://example.org/a.mp4")").empty());
  CHECK_THAT(with_location(R"("a.mp4")"), contains_text("VideoDocument d1"));
  CHECK_THAT(with_location("null"), contains_text("null is not of type 'string'"));
  CHECK_FALSE(with_location(R"("")").empty());
}

TEST_CASE("the text of a document is an object of value and language", "[mmif]") {
  const std::string text = R"({"@value": "Fido barks", "@language": "en"})";

  CHECK_THAT(message_of(with(text, R"("Fido")")),
             contains_text("\"Fido\" is not of type 'object'"));
  CHECK_THAT(message_of(with(text, R"({"@value": "x", "by": "me"})")), contains_text("not 'by'"));
  CHECK(message_of(with(text, "null")).empty());
}

TEST_CASE("types are plain names or http URLs", "[mmif]") {
  const auto with_type = [](const std::string& type) {
    return message_of(with("http://clams.ai/vocabulary/type/VideoDocument/v2", type));
  };

  CHECK(with_type("VideoDocument").empty());
  CHECK(with_type("https://example.org/Video").empty());
  CHECK_FALSE(with_type("ftp://example.org/Video").empty());
  CHECK_FALSE(with_type("a/b").empty());
  CHECK_FALSE(with_type("http://x").empty());
}

TEST_CASE("short ids and their references are known by the long form too", "[mmif]") {
  std::string text = sample_text();
  for (std::size_t at = text.find("v_0:"); at != std::string::npos; at = text.find("v_0:")) {
    text.erase(at, 4);
  }

  const Mmif mmif = Mmif::parse(text);

  CHECK(mmif.at("v_0:tf_1").at("targets") == clams::Json{"v_0:tp_1", "v_0:tp_2"});
  CHECK(mmif.at("v_0:tp_1").at("document") == "d1");
  CHECK(mmif.view("v_0").find("tp_1") == &mmif.at("v_0:tp_1"));
  CHECK(mmif.serialize() == text);
}

TEST_CASE("duplicate ids are kept, a look-up gives the last", "[mmif]") {
  const std::string point = R"({"@type": "http://clams.ai/vocabulary/type/TimePoint/v5", )"
                            R"("properties": {"id": "v_0:tp_1", "timePoint": 1500}}, )";
  const std::string frame = R"({"@type": "http://clams.ai/vocabulary/type/TimeFrame/v6")";

  const Mmif mmif =
      Mmif::parse(with(frame + R"(, "properties")", point + frame + R"(, "properties")"));

  CHECK(mmif.views()[0].annotations().size() == 4);
  CHECK(mmif.at("v_0:tp_1").get<int>("timePoint") == 1500);
  CHECK(mmif.remarks() ==
        std::vector<std::string>{"two annotations have the id 'v_0:tp_1'; look-ups give the last"});
}

TEST_CASE("types of older versions are read, and remarked upon", "[mmif]") {
  const Mmif mmif = Mmif::parse(with("clams.ai/vocabulary/type/VideoDocument/v2",
                                     "mmif.clams.ai/vocabulary/VideoDocument/v1"));

  CHECK(mmif.documents(clams::types::kVideoDocument).size() == 1);
  CHECK(mmif.remarks() ==
        std::vector<std::string>{"the input uses VideoDocument/v1, which has a newer version"});
}
