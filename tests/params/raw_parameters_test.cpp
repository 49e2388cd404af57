// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/params/raw_parameters.hpp>

using clams::RawParameters;
using Values = std::vector<std::string>;

namespace {

std::vector<std::string> names_of(const RawParameters& raw) {
  std::vector<std::string> names;
  for (const auto& [name, values] : raw) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("names stand in the order of first appearance, with all their values", "[params]") {
  const RawParameters raw = clams::query_parameters("b=1&a=2&b=3&pretty");

  CHECK(names_of(raw) == Values{"b", "a", "pretty"});
  CHECK(*raw.find("b") == Values{"1", "3"});
  CHECK(*raw.find("pretty") == Values{""});
  CHECK(raw.find("c") == nullptr);
  CHECK_FALSE(raw.contains("B"));
}

TEST_CASE("the query replaces an envelope's values of a name as a whole", "[params]") {
  RawParameters envelope;
  envelope.set("x", {"1", "2"});
  envelope.set("y", {"3"});

  const RawParameters both =
      clams::merge_parameters(envelope, clams::query_parameters("z=5&x=9&pretty"));

  CHECK(names_of(both) == Values{"x", "y", "z", "pretty"});
  CHECK(*both.find("x") == Values{"9"});
  CHECK(*both.find("y") == Values{"3"});
}

TEST_CASE("raw parameters print as a Python dict of lists", "[params]") {
  RawParameters raw = clams::query_parameters("reqStr=it's&map1=a:b&map1=c:d");
  raw.set("none", {});

  CHECK(raw.python_repr() == R"({'reqStr': ["it's"], 'map1': ['a:b', 'c:d'], 'none': []})");
  CHECK(RawParameters{}.python_repr() == "{}");
}

TEST_CASE("a name that was set has nothing of what it had before", "[params]") {
  RawParameters raw;
  raw.add("x", "1");
  raw.set("x", {});

  CHECK(raw.contains("x"));
  CHECK(raw.find("x")->empty());
  CHECK(raw.size() == 1);
  CHECK_FALSE(raw.empty());
}
