// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/app/complete_metadata.hpp>
#include <clams/util/error.hpp>

#include <functional>

using clams::AppMetadata;
using clams::AtType;
using clams::complete_metadata;
using clams::full_identifier;
using clams::Json;
using clams::testing::contains_text;
using clams::testing::small_metadata;
using clams::operator""_MiB;
namespace types = clams::types;

namespace {

/// What is said about metadata with one thing wrong; empty if nothing is.
std::string complaint(const std::function<void(AppMetadata&)>& spoil) {
  AppMetadata metadata = small_metadata();
  spoil(metadata);
  try {
    static_cast<void>(complete_metadata(std::move(metadata), "v1"));
  } catch (const clams::Error& error) {
    return error.code() == clams::ErrorCode::invalid_metadata ? error.what() : "wrong code";
  }
  return {};
}

}  // namespace

TEST_CASE("complete metadata has version, full identifier and universal parameters", "[app]") {
  const AppMetadata metadata = complete_metadata(small_metadata(), "v1.2.3").metadata;

  CHECK(metadata.app_version == "v1.2.3");
  CHECK(metadata.identifier == "http://apps.clams.ai/test/v1.2.3");
  REQUIRE(metadata.parameters.size() == 4);
  CHECK(metadata.parameters[0].name == "pretty");
  CHECK(metadata.parameters[3].name == "tfSamplingMode");
}

TEST_CASE("a version that the app states is shown, but the identifier has the found one", "[app]") {
  AppMetadata declared = small_metadata();
  declared.app_version = "9";

  const AppMetadata metadata = complete_metadata(declared, "v1").metadata;

  CHECK(metadata.app_version == "9");
  CHECK(metadata.identifier == clams::testing::kIdentifier);
}

TEST_CASE("a short name becomes an identifier of apps.clams.ai", "[app]") {
  CHECK(full_identifier("conf-x", "v1") == "http://apps.clams.ai/conf-x/v1");
  CHECK(full_identifier("a b", "v1") == "http://apps.clams.ai/a%20b/v1");
  CHECK(full_identifier("é", "v1") == "http://apps.clams.ai/%C3%A9/v1");
}

TEST_CASE("an identifier with a slash must be an http URL, and gets the version too", "[app]") {
  CHECK(full_identifier("https://e.org/apps/x/", "v1") == "https://e.org/apps/x/v1");
  CHECK(full_identifier("HTTP://A.b/C//", "v1") == "http://a.b/C/v1");
  CHECK_THROWS_AS(full_identifier("a/b", "v1"), clams::Error);
  CHECK_THROWS_AS(full_identifier("/a", "v1"), clams::Error);
  CHECK_THROWS_AS(full_identifier("ftp://a/b", "v1"), clams::Error);
}

TEST_CASE("URLs are shown as a browser shows them", "[app]") {
  AppMetadata declared = small_metadata();
  declared.url = "HTTP://U.v";
  declared.add_output(AtType{"http://Some.org/X"});

  const AppMetadata metadata = complete_metadata(declared, "v1").metadata;

  CHECK(metadata.url == "http://u.v/");
  CHECK(metadata.outputs[0].type.uri() == "http://some.org/X");
}

TEST_CASE("a required text that is missing is named", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.name = ""; }), contains_text("name"));
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.url = ""; }), contains_text("url"));
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.identifier = ""; }),
             contains_text("identifier"));
}

TEST_CASE("a wrong URL is named with its value and with what would be right", "[app]") {
  const std::string said = complaint([](AppMetadata& metadata) { metadata.url = "nourl"; });

  CHECK_THAT(said, contains_text("url \"nourl\""));
  CHECK_THAT(said, contains_text("must be an http or https URL"));
}

TEST_CASE("a type that is no URL is refused", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.add_input(AtType{"TextDocument"}); }),
             contains_text("TextDocument"));
}

TEST_CASE("the same input twice is refused, a different need or property makes another", "[app]") {
  const auto twice = [](const Json& properties, bool optional) {
    return complaint([&](AppMetadata& metadata) {
      metadata.add_input(types::kTextDocument);
      auto& second = metadata.add_input(types::kTextDocument, properties);
      if (optional) second.need = clams::Need::optional;
    });
  };

  CHECK_THAT(twice(Json::object(), false), contains_text("there already"));
  CHECK(twice(Json::object(), true).empty());
  CHECK(twice({{"a", "b"}}, false).empty());
}

TEST_CASE("alternatives may neither be optional nor inputs of their own", "[app]") {
  CHECK_THAT(
      complaint([](AppMetadata& metadata) {
        auto& group = metadata.add_input_one_of({types::kTextDocument, types::kVideoDocument});
        group[1].need = clams::Need::optional;
      }),
      contains_text("cannot be optional"));
  CHECK_THAT(complaint([](AppMetadata& metadata) {
               metadata.add_input_one_of({types::kTextDocument, types::kVideoDocument});
               metadata.add_input(types::kVideoDocument);
             }),
             contains_text("there already"));
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.add_input_one_of({}); }),
             contains_text("at least one"));
}

TEST_CASE("the same output twice is refused", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) {
               metadata.add_output(types::kTimeFrame);
               metadata.add_output(types::kTimeFrame);
             }),
             contains_text("there already"));
}

TEST_CASE("a property's list holds values of one type", "[app]") {
  const auto with_list = [](const Json& list) {
    return complaint([&](AppMetadata& metadata) {
      metadata.add_input(types::kTimeFrame, Json::object({{"label", list}}));
    });
  };

  CHECK(with_list(Json::array({"a", "b"})).empty());
  CHECK(with_list(Json::array({1, 2.5})).empty());
  CHECK_THAT(with_list(Json::array({"a", 1})), contains_text("of one type"));
}

TEST_CASE("an app cannot declare a parameter that every app has", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.add_parameter({.name = "pretty"}); }),
             contains_text("\"pretty\""));
}

TEST_CASE("a default that is not of its type is refused at the start", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) {
               metadata.add_parameter(
                   {.name = "n", .type = clams::ParameterType::integer, .default_value = "abc"});
             }),
             contains_text("abc"));
}

TEST_CASE("further facts need a key and a text, each key once", "[app]") {
  const auto with_more = [](const clams::TextMap& more) {
    return complaint([&](AppMetadata& metadata) { metadata.more = more; });
  };

  CHECK(with_more({{"a", "b"}, {"b", "c"}}).empty());
  CHECK_THAT(with_more({{"", "b"}}), contains_text("empty key"));
  CHECK_THAT(with_more({{"a", ""}}), contains_text("empty text"));
  CHECK_THAT(with_more({{"a", "b"}, {"a", "c"}}), contains_text("there already"));
}

TEST_CASE("an empty tag is refused, a repeated one is dropped", "[app]") {
  AppMetadata declared = small_metadata();
  declared.app_tags = {"a", "a"};

  CHECK(complete_metadata(declared, "v1").metadata.app_tags == std::vector<std::string>{"a"});
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.app_tags = {""}; }),
             contains_text("app_tags"));
}

TEST_CASE("typical memory below the minimum is raised to it, with a warning", "[app]") {
  AppMetadata declared = small_metadata();
  declared.est_gpu_mem_min = 4000_MiB;
  declared.est_gpu_mem_typ = 2000_MiB;

  const auto completed = complete_metadata(declared, "v1");

  CHECK(completed.metadata.est_gpu_mem_typ == 4000_MiB);
  REQUIRE(completed.warnings.size() == 1);
  CHECK_THAT(completed.warnings[0], contains_text("est_gpu_mem_typ"));
}

TEST_CASE("negative memory is refused", "[app]") {
  CHECK_THAT(complaint([](AppMetadata& metadata) { metadata.est_gpu_mem_min = clams::Bytes{-1}; }),
             contains_text("est_gpu_mem_min"));
}
