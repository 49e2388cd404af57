// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/app/metadata_json.hpp>
#include <clams/app/promptable_app.hpp>
#include <clams/util/error.hpp>

using clams::AppMetadata;
using clams::GenerationRequest;
using clams::GroundedResponse;
using clams::Json;
using clams::Mmif;
using clams::testing::contains_text;
using Groups = std::vector<std::vector<std::string>>;
namespace types = clams::types;

namespace {

/// A promptable app whose model answers with the names of the images; shows what is protected.
class Captioner : public clams::PromptableApp {
 public:
  AppMetadata app_metadata() const override {
    AppMetadata metadata = clams::testing::small_metadata();
    if (injects) inject_promptable_parameters(metadata);
    return metadata;
  }
  void annotate(Mmif&, const clams::Parameters&, clams::RequestContext&) override {}

  std::vector<std::string> generate(const GenerationRequest& request) override {
    batch_sizes.push_back(request.answer_count());
    std::vector<std::string> answers;
    for (const auto& group : request.images.value_or(Groups{{"nothing"}})) {
      answers.push_back("saw " + group.at(0));
    }
    if (forgets) answers.clear();
    return answers;
  }

  using PromptableApp::generate_batched;
  using PromptableApp::response_to_grounded_textdocument;

  bool injects = true;
  bool forgets = false;
  std::vector<std::size_t> batch_sizes;
};

/// A document with a TimeFrame `v_0:tf_1` about `d1`, and one about nothing.
Mmif framed_mmif() {
  Mmif mmif = Mmif::parse(clams::testing::text_mmif());
  clams::View& view = mmif.new_view();
  view.add_annotation(types::kTimeFrame, {{"document", "d1"}});
  view.add_annotation(types::kTimeFrame);
  return mmif;
}

}  // namespace

TEST_CASE("a promptable app has the parameters of all promptable apps", "[app]") {
  const Json parameters = clams::metadata_json(Captioner{}.app_metadata())["parameters"];

  REQUIRE(parameters.size() == 11);
  CHECK(parameters[0]["name"] == "prompt");
  CHECK(parameters[0]["multivalued"] == true);
  CHECK_FALSE(parameters[0].contains("default"));
  CHECK(parameters[3]["default"] == 512);
}

TEST_CASE("a promptable app that forgot its parameters does not start", "[app]") {
  Captioner app;
  app.injects = false;

  CHECK_THROWS_WITH((clams::AppRunner{app, {.environment = {}, .folder = {}}}),
                    contains_text("inject_promptable_parameters"));
}

TEST_CASE("groups are generated in batches, the answers stay in order", "[app]") {
  Captioner app;

  const auto answers = app.generate_batched(
      {.prompt = {"p"}, .images = Groups{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}}, 2);

  CHECK(app.batch_sizes == std::vector<std::size_t>{2, 2, 1});
  CHECK(answers == std::vector<std::string>{"saw a", "saw b", "saw c", "saw d", "saw e"});
}

TEST_CASE("progress is told before the first batch and after each", "[app]") {
  Captioner app;
  std::vector<std::size_t> told;

  static_cast<void>(app.generate_batched({.prompt = {"p"}, .images = Groups{{"a"}, {"b"}, {"c"}}},
                                         2, [&](std::size_t done, std::size_t total) {
                                           told.push_back(done);
                                           CHECK(total == 3);
                                         }));

  CHECK(told == std::vector<std::size_t>{0, 2, 3});
}

TEST_CASE("a prompt without media is generated once, no groups not at all", "[app]") {
  Captioner app;

  CHECK(app.generate_batched({.prompt = {"p"}}, 2).size() == 1);
  CHECK(app.generate_batched({.prompt = {"p"}, .images = Groups{}}, 2).empty());
  CHECK(app.batch_sizes.size() == 1);
}

TEST_CASE("less than one prompt at a time is refused", "[app]") {
  CHECK_THROWS_WITH(Captioner{}.generate_batched({.prompt = {"p"}}, 0),
                    contains_text("parallel_prompts must be at least 1, got 0"));
}

TEST_CASE("images and audios must be as many groups", "[app]") {
  CHECK_THROWS_WITH(
      Captioner{}.generate_batched(
          {.prompt = {"p"}, .images = Groups{{"a"}}, .audios = Groups{{"b"}, {"c"}}}, 1),
      contains_text("got 1 and 2"));
}

TEST_CASE("a model that leaves out an answer is found out", "[app]") {
  Captioner app;
  app.forgets = true;

  CHECK_THROWS_WITH(app.generate_batched({.prompt = {"p"}}, 1),
                    contains_text("0 answers to 1 prompts"));
}

TEST_CASE("an answer becomes a text about the source's document, aligned to the source", "[app]") {
  Mmif mmif = framed_mmif();
  clams::View& view = mmif.new_view();

  const auto [document, alignment] =
      Captioner::response_to_grounded_textdocument(mmif, view,
                                                   {.source = "v_0:tf_1",
                                                    .text = "a slate",
                                                    .origins = {"tp_1"},
                                                    .origination = "derived",
                                                    .reasoning_trace = "hm"});

  CHECK(document.text() == "a slate");
  CHECK(document.language() == "en");
  CHECK(document.at("document") == "d1");
  CHECK(document.at("origins") == Json::array({"tp_1"}));
  CHECK(document.at("modelReasoningTrace") == "hm");
  CHECK(alignment.at("source") == "v_0:tf_1");
  CHECK(alignment.at("target") == document.id());
}

TEST_CASE("a response must be about something that is about a document", "[app]") {
  Mmif mmif = framed_mmif();
  clams::View& view = mmif.new_view();
  const auto respond = [&](const GroundedResponse& response) {
    Captioner::response_to_grounded_textdocument(mmif, view, response);
  };

  CHECK_THROWS_WITH(respond({.source = "v_0:tf_2", .text = "x"}), contains_text("v_0:tf_2"));
  CHECK_THROWS_WITH(respond({.source = "v_0:tf_9", .text = "x"}), contains_text("v_0:tf_9"));
  CHECK(view.annotation_count() == 0);
}

TEST_CASE("origins and how the text came of them go together", "[app]") {
  Mmif mmif = framed_mmif();
  clams::View& view = mmif.new_view();
  const auto respond = [&](const GroundedResponse& response) {
    Captioner::response_to_grounded_textdocument(mmif, view, response);
  };

  CHECK_THROWS_AS(respond({.source = "v_0:tf_1", .text = "x", .origins = {"a"}}), clams::Error);
  CHECK_THROWS_AS(respond({.source = "v_0:tf_1", .text = "x", .origination = "a"}), clams::Error);
}
