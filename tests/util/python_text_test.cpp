// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/util/python_text.hpp>

using clams::Json;
using clams::parse_json;
using clams::python_repr;
using clams::python_str;

TEST_CASE("lists of texts print as Python prints them", "[util]") {
  const auto calls = clams::testing::recorded_calls("python_list_repr");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    const Json& texts = call["args"][0];
    CHECK(Json(clams::python_list_repr(texts.get<std::vector<std::string>>())) == call["returns"]);
    CHECK(Json(python_repr(texts)) == call["returns"]);
  }
}

TEST_CASE("scalars have Python's spelling", "[util]") {
  CHECK(python_str(parse_json("true")) == "True");
  CHECK(python_str(parse_json("false")) == "False");
  CHECK(python_str(parse_json("null")) == "None");
  CHECK(python_str(parse_json("3")) == "3");
  CHECK(python_str(parse_json("-3.0")) == "-3.0");
  CHECK(python_str(parse_json("1e16")) == "1e+16");
  CHECK(python_str(parse_json("1e15")) == "1000000000000000.0");
  CHECK(python_str(parse_json("0.00001")) == "1e-05");
  CHECK(python_str(parse_json("18446744073709551615")) == "18446744073709551615");
  CHECK(python_str(parse_json("99999999999999999999")) == "99999999999999999999");
  CHECK(python_str(parse_json("\"it's\"")) == "it's");
}

TEST_CASE("nested values print as Python literals", "[util]") {
  CHECK(python_str(parse_json(R"([1, "two", null, true, [], {}])")) ==
        "[1, 'two', None, True, [], {}]");
  CHECK(python_str(parse_json(R"({"k": "it's", "n": {"x": 1.0}})")) ==
        R"({'k': "it's", 'n': {'x': 1.0}})");
}

TEST_CASE("a text is quoted so that Python reads it back", "[util]") {
  CHECK(clams::python_string_repr("a'b") == "\"a'b\"");
  CHECK(clams::python_string_repr("a\"b") == "'a\"b'");
  CHECK(clams::python_string_repr("a'\"b") == "'a\\'\"b'");
  CHECK(clams::python_string_repr("\\") == "'\\\\'");
  CHECK(clams::python_string_repr("") == "''");
}

TEST_CASE("printable Unicode is kept, the rest is escaped by its width", "[util]") {
  CHECK(clams::python_string_repr("caf\u00e9 \u3042 \U0001F600") ==
        "'caf\u00e9 \u3042 \U0001F600'");
  CHECK(clams::python_string_repr("\u00a0\u00ad\u0378\u200b\ue000") ==
        "'\\xa0\\xad\\u0378\\u200b\\ue000'");
  CHECK(clams::python_string_repr("\U000e0001\U0010ffff") == "'\\U000e0001\\U0010ffff'");
  CHECK(clams::python_string_repr("\x1b\x7f\t") == "'\\x1b\\x7f\\t'");
  CHECK(python_repr(parse_json(R"("\ud800")")) == "'\\ud800'");
}

TEST_CASE("types have Python's names", "[util]") {
  const Json values = parse_json(R"([null, true, 1, 1.0, "x", [], {}, 99999999999999999999])");
  const std::vector<std::string> names{"NoneType", "bool", "int",  "float",
                                       "str",      "list", "dict", "int"};

  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(clams::python_type_name(values[i]) == names[i]);
  }
}
