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

AnnotateArguments parse(const Texts& arguments) {
  return clams::detail::parse_annotate_arguments(arguments, specs());
}

Texts values(const AnnotateArguments& parsed, const std::string& name) {
  const auto* found = parsed.parameters.find(name);
  return found != nullptr ? *found : Texts{};
}

}  // namespace

TEST_CASE("a single-valued flag takes one value, and the last one counts", "[cli]") {
  const auto parsed = parse({"--word", "a", "--word=b c", "in", "out"});

  CHECK(values(parsed, "word") == Texts{"b c"});
  CHECK(parsed.in == "in");
  CHECK(parsed.out == "out");
}

TEST_CASE("a multivalued flag takes all values up to the next flag, and adds up", "[cli]") {
  const auto parsed = parse({"--words", "a", "b", "--word", "x", "in", "--words", "c"});

  CHECK(values(parsed, "words") == Texts{"a", "b", "c"});
  CHECK(parsed.in == "in");
}

TEST_CASE("a multivalued flag swallows IN unless -- stands between", "[cli]") {
  CHECK_FALSE(parse({"--words", "a", "in"}).in.has_value());
  CHECK(parse({"--words", "a", "--", "in"}).in == "in");
  CHECK(parse({"--", "--words", "-"}).in == "--words");
}

TEST_CASE("values may be empty, negative, a dash, or hold blanks", "[cli]") {
  CHECK(values(parse({"--word", ""}), "word") == Texts{""});
  CHECK(values(parse({"--word="}), "word") == Texts{""});
  CHECK(values(parse({"--words", "-5", "-.5", "-"}), "words") == Texts{"-5", "-.5", "-"});
  CHECK(values(parse({"--word", "-a b"}), "word") == Texts{"-a b"});
  CHECK(values(parse({"--word", "--a b"}), "word") == Texts{"--a b"});
  CHECK(parse({"-"}).in == "-");
}

TEST_CASE("parameters stand in the order of their declaration", "[cli]") {
  const auto parsed = parse({"--beams", "5", "--word", "x"});

  CHECK(parsed.parameters.begin()->name == "word");
}

TEST_CASE("a flag may be shortened while it stays unambiguous", "[cli]") {
  CHECK(values(parse({"--bea", "5"}), "beams") == Texts{"5"});
  CHECK(values(parse({"--word", "x"}), "word") == Texts{"x"});
  CHECK_THROWS_WITH(parse({"--wo", "x"}), contains_text("could match --word, --words, --wordless"));
}

TEST_CASE("choices are compared by value, whatever their type", "[cli]") {
  CHECK(values(parse({"--beams", "5"}), "beams") == Texts{"5"});
  CHECK(values(parse({"--rate", "2.0"}), "rate") == Texts{"2.0"});
  CHECK(values(parse({"--tags", "a", "c d", "a"}), "tags") == Texts{"a", "c d", "a"});
  CHECK_THROWS_WITH(parse({"--beams", "2"}),
                    contains_text("argument --beams: invalid choice: '2' (choose from 1, 5)"));
  CHECK_THROWS_WITH(parse({"--beams", "x"}), contains_text("invalid choice"));
  CHECK_THROWS_WITH(parse({"--tags", "a", "b"}), contains_text("'b' (choose from 'a', 'c d')"));
}

TEST_CASE("wrong usage names the flag and what would be right", "[cli]") {
  CHECK_THROWS_WITH(parse({"--word"}), contains_text("--word: expected 1 argument"));
  CHECK_THROWS_WITH(parse({"--word", "--beams"}), contains_text("--word: expected 1 argument"));
  CHECK_THROWS_WITH(parse({"--words"}), contains_text("--words: expected at least one argument"));
  CHECK_THROWS_WITH(parse({"--baems", "5"}), contains_text("--baems; did you mean --beams?"));
  CHECK_THROWS_WITH(parse({"-x"}), contains_text("unrecognized arguments: -x"));
  CHECK_THROWS_WITH(parse({"a", "b", "c"}), contains_text("unrecognized arguments: c"));
}

TEST_CASE("help can be asked for in every way", "[cli]") {
  CHECK(parse({"-h"}).wants_help);
  CHECK(parse({"--help"}).wants_help);
  CHECK(parse({"--word", "x", "--he"}).wants_help);
  CHECK_FALSE(parse({}).wants_help);
}
