// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/cli/detail/annotate_arguments.hpp>
#include <clams/util/error.hpp>

#include <string>
#include <vector>

using clams::Error;
using clams::Json;
using clams::ParameterSpec;
using clams::ParameterType;
using clams::detail::AnnotateArguments;
using clams::testing::contains_text;

namespace {

using Texts = std::vector<std::string>;

const std::vector<ParameterSpec>& specs() {
  static const std::vector<ParameterSpec> all{
      {.name = "word"},
      {.name = "words", .multivalued = true},
      {.name = "wordless"},
      {.name = "beams", .type = ParameterType::integer, .choices = {1, 5}},
      {.name = "rate", .type = ParameterType::number, .choices = {0.5, 2}},
      {.name = "tags", .choices = {"a", "c d"}, .multivalued = true},
  };
  return all;
}

AnnotateArguments parse_annotate(const Texts& arguments) {
  return clams::detail::parse_annotate_arguments(arguments, specs());
}

Texts values(const AnnotateArguments& parsed, const std::string& name) {
  const auto* found = parsed.parameters.find(name);
  return found != nullptr ? *found : Texts{};
}

}  // namespace

TEST_CASE("a single-valued flag takes one value, and the last one counts", "[cli]") {
  const auto parsed = parse_annotate({"--word", "a", "--word=b c", "in", "out"});

  CHECK(values(parsed, "word") == Texts{"b c"});
  CHECK(parsed.in == "in");
  CHECK(parsed.out == "out");
}

TEST_CASE("a multivalued flag takes all values up to the next flag, and adds up", "[cli]") {
  const auto parsed = parse_annotate({"--words", "a", "b", "--word", "x", "in", "--words", "c"});

  CHECK(values(parsed, "words") == Texts{"a", "b", "c"});
  CHECK(parsed.in == "in");
}

TEST_CASE("a multivalued flag swallows IN unless -- stands between", "[cli]") {
  CHECK_FALSE(parse_annotate({"--words", "a", "in"}).in.has_value());
  CHECK(parse_annotate({"--words", "a", "--", "in"}).in == "in");
  CHECK(parse_annotate({"--", "--words", "-"}).in == "--words");
}

TEST_CASE("values may be empty, negative, a dash, or hold blanks", "[cli]") {
  CHECK(values(parse_annotate({"--word", ""}), "word") == Texts{""});
  CHECK(values(parse_annotate({"--word="}), "word") == Texts{""});
  CHECK(values(parse_annotate({"--words", "-5", "-.5", "-"}), "words") == Texts{"-5", "-.5", "-"});
  CHECK(values(parse_annotate({"--word", "-a b"}), "word") == Texts{"-a b"});
  CHECK(values(parse_annotate({"--word", "--a b"}), "word") == Texts{"--a b"});
  CHECK(parse_annotate({"-"}).in == "-");
}

TEST_CASE("parameters stand in the order of their declaration", "[cli]") {
  const auto parsed = parse_annotate({"--beams", "5", "--word", "x"});

  CHECK(parsed.parameters.begin()->name == "word");
}

TEST_CASE("a flag may be shortened while it stays unambiguous", "[cli]") {
  CHECK(values(parse_annotate({"--bea", "5"}), "beams") == Texts{"5"});
  CHECK(values(parse_annotate({"--word", "x"}), "word") == Texts{"x"});
  CHECK_THROWS_WITH(parse_annotate({"--wo", "x"}),
                    contains_text("could match --word, --words, --wordless"));
}

TEST_CASE("choices are compared by value, whatever their type", "[cli]") {
  CHECK(values(parse_annotate({"--beams", "5"}), "beams") == Texts{"5"});
  CHECK(values(parse_annotate({"--rate", "2.0"}), "rate") == Texts{"2.0"});
  CHECK(values(parse_annotate({"--tags", "a", "c d", "a"}), "tags") == Texts{"a", "c d", "a"});
  CHECK_THROWS_WITH(parse_annotate({"--beams", "2"}),
                    contains_text("argument --beams: invalid choice: '2' (choose from 1, 5)"));
  CHECK_THROWS_WITH(parse_annotate({"--beams", "x"}), contains_text("invalid choice"));
  CHECK_THROWS_WITH(parse_annotate({"--tags", "a", "b"}),
                    contains_text("'b' (choose from 'a', 'c d')"));
}

TEST_CASE("wrong usage names the flag and what would be right", "[cli]") {
  CHECK_THROWS_WITH(parse_annotate({"--word"}), contains_text("--word: expected 1 argument"));
  CHECK_THROWS_WITH(parse_annotate({"--word", "--beams"}),
                    contains_text("--word: expected 1 argument"));
  CHECK_THROWS_WITH(parse_annotate({"--words"}),
                    contains_text("--words: expected at least one argument"));
  CHECK_THROWS_WITH(parse_annotate({"--baems", "5"}),
                    contains_text("--baems; did you mean --beams?"));
  CHECK_THROWS_WITH(parse_annotate({"-x"}), contains_text("unrecognized arguments: -x"));
  CHECK_THROWS_WITH(parse_annotate({"a", "b", "c"}), contains_text("unrecognized arguments: c"));
}

TEST_CASE("help can be asked for in every way", "[cli]") {
  CHECK(parse_annotate({"-h"}).wants_help);
  CHECK(parse_annotate({"--help"}).wants_help);
  CHECK(parse_annotate({"--word", "x", "--he"}).wants_help);
  CHECK_FALSE(parse_annotate({}).wants_help);
}
