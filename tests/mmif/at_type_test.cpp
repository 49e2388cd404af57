// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/mmif/at_type.hpp>
#include <clams/mmif/vocabulary.hpp>

using clams::AtType;
namespace types = clams::types;

namespace {

const std::string kHome = "http://clams.ai/vocabulary/type/";

}  // namespace

TEST_CASE("a vocabulary constant is written as its newest version", "[mmif]") {
  const AtType type = types::kTimeFrame;

  CHECK(type.uri() == "http://clams.ai/vocabulary/type/TimeFrame/v6");
  CHECK(type.short_name() == "TimeFrame");
  CHECK(type.version() == "v6");
  CHECK(type.id_prefix() == "tf");
  CHECK(type.is_known());
}

TEST_CASE("a vocabulary constant matches every version of its type", "[mmif]") {
  const AtType any = types::kTimeFrame;

  CHECK(any.matches(AtType{kHome + "TimeFrame/v1"}));
  CHECK(AtType{kHome + "TimeFrame/v3"}.matches(any));
  CHECK_FALSE(any.matches(types::kTimePoint));
}

TEST_CASE("two named versions of a type do not match", "[mmif]") {
  const AtType third{types::kTimeFrame, 3};

  CHECK_FALSE(third.matches(AtType{kHome + "TimeFrame/v1"}));
  CHECK_FALSE(third.matches(AtType{types::kTimeFrame, 6}));
  CHECK(third.matches(AtType{"http://mmif.clams.ai/vocabulary/TimeFrame/v3"}));
}

TEST_CASE("the newest version in a file stands for the type, as a constant does", "[mmif]") {
  CHECK(AtType{kHome + "TimeFrame/v6"}.matches(AtType{kHome + "TimeFrame/v3"}));
}

TEST_CASE("a version that does not exist makes a generic type", "[mmif]") {
  const AtType type{types::kTimeFrame, 99};

  CHECK_FALSE(type.is_known());
  CHECK(type.short_name() == "v99");
  CHECK_FALSE(type.matches(types::kTimeFrame));
}

TEST_CASE("the first URIs are recognised with their trailing slash only", "[mmif]") {
  CHECK(AtType{"http://mmif.clams.ai/0.4.1/vocabulary/TimeFrame/"}.version() == "v1");
  CHECK(AtType{"http://mmif.clams.ai/0.4.2/vocabulary/Annotation/"}.version() == "v2");
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4.1/vocabulary/Annotation/"}.is_known());
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4.1/vocabulary/TimeFrame"}.is_known());
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4.3/vocabulary/TimeFrame/"}.is_known());
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4.1/vocabulary/Token/"}.is_known());
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4."}.is_known());
  CHECK_FALSE(AtType{"http://mmif.clams.ai/0.4.1/vocabulary/"}.is_known());
}

TEST_CASE("misspelled versions are not recognised", "[mmif]") {
  for (const char* version : {"", "v", "v0", "v06", "v6x", "v-1", "v7", "6", "v99999999999999"}) {
    INFO(version);
    CHECK_FALSE(AtType{kHome + "TimeFrame/" + version}.is_known());
  }
}

TEST_CASE("a LAPPS type is the CLAMS type of its name", "[mmif]") {
  const AtType token{"http://vocab.lappsgrid.org/Token"};

  CHECK(token.matches(types::kToken));
  CHECK(token.version() == "v1");
  CHECK(token.uri() == "http://vocab.lappsgrid.org/Token");
  CHECK_FALSE(AtType{"http://vocab.lappsgrid.org/TimeFrame"}.is_known());
}

TEST_CASE("a generic type matches its own URI only", "[mmif]") {
  const AtType generic{"http://example.org/TimeFrame"};

  CHECK(generic.matches(AtType{"http://example.org/TimeFrame"}));
  CHECK_FALSE(generic.matches(AtType{"http://example.com/TimeFrame"}));
  CHECK_FALSE(generic.matches(types::kTimeFrame));
  CHECK(generic.version().empty());
}

TEST_CASE("generic types have id prefixes too", "[mmif]") {
  CHECK(AtType{"http://example.org/FooBar"}.id_prefix() == "fb");
  CHECK(AtType{"http://example.org/TimeFrame"}.id_prefix() == "tf");
  CHECK(AtType{"http://example.org/thing99"}.id_prefix() == "thing");
  CHECK(AtType{"http://example.org/42"}.id_prefix() == "x");
  CHECK(AtType{"http://example.org/"}.id_prefix() == "x");
}

TEST_CASE("document types are told from annotation types", "[mmif]") {
  CHECK(AtType{types::kVideoDocument}.is_document());
  CHECK_FALSE(AtType{types::kTimeFrame}.is_document());
  CHECK_FALSE(AtType{"http://example.org/MyDocument"}.is_document());
  CHECK(AtType{"http://example.org/MyDocument"}.reads_as_document());
  CHECK(AtType{"http://clams.ai/vocabulary/type/VideoDocument/v9"}.reads_as_document());
  CHECK_FALSE(AtType{"http://example.org/Documents"}.reads_as_document());
}

TEST_CASE("old property names give the canonical one", "[mmif]") {
  CHECK(AtType{types::kTimeFrame}.canonical_property("frameType") == "label");
  CHECK(AtType{types::kBoundingBox}.canonical_property("boxType") == "label");
  CHECK(AtType{types::kBoundingBox}.canonical_property("frameType") == "frameType");
  CHECK(AtType{types::kTimePoint}.canonical_property("classifications") == "classification");
  CHECK(AtType{types::kAlignment}.canonical_property("classifications") == "classifications");
  CHECK(AtType{"http://vocab.lappsgrid.org/Token"}.canonical_property("word") == "text");
  CHECK(AtType{"http://example.org/"}.canonical_property("word") == "word");
}
