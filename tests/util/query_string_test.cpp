// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/query_string.hpp>

using clams::parse_query;
using Items = std::vector<clams::QueryItem>;

TEST_CASE("names and values come in the order of the query", "[util]") {
  CHECK(parse_query("b=1&a=2&b=3") == Items{{"b", "1"}, {"a", "2"}, {"b", "3"}});
  CHECK(parse_query("").empty());
  CHECK(parse_query("&&").empty());
}

TEST_CASE("a name without a value has the empty one, an empty name is a name", "[util]") {
  CHECK(parse_query("pretty") == Items{{"pretty", ""}});
  CHECK(parse_query("pretty=&=x&=") == Items{{"pretty", ""}, {"", "x"}, {"", ""}});
}

TEST_CASE("only & separates, only the first = ends the name", "[util]") {
  CHECK(parse_query("a=1;b=2") == Items{{"a", "1;b=2"}});
  CHECK(parse_query("a=b=c") == Items{{"a", "b=c"}});
}

TEST_CASE("plus is a blank, escapes are UTF-8", "[util]") {
  CHECK(parse_query("a+b=c%20d%2B&x=%C3%A9%00") ==
        Items{{"a b", "c d+"}, {"x", std::string("\u00e9\0", 3)}});
}

TEST_CASE("broken escapes and bytes that are not UTF-8 stay visible", "[util]") {
  CHECK(parse_query("a=%zz&b=%&c=%4") == Items{{"a", "%zz"}, {"b", "%"}, {"c", "%4"}});
  CHECK(parse_query("a=%ff&b=%e4%bd&c=%ed%a0%80x") ==
        Items{{"a", "%FF"}, {"b", "%E4%BD"}, {"c", "%ED%A0%80x"}});
  CHECK(parse_query("a=\xff") == Items{{"a", "%FF"}});
}
