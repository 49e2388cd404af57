// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/form_data.hpp>
#include <clams/util/error.hpp>

#include <string>

using clams::http::find_part;
using clams::http::parse_form_data;

namespace {

constexpr const char* kType = "multipart/form-data; boundary=XX";

std::string part(const std::string& disposition, const std::string& content) {
  return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

std::string refusal(const std::string& type, const std::string& body) {
  try {
    (void)parse_form_data(type, body);
    return "nothing";
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::invalid_input);
    return error.what();
  }
}

}  // namespace

TEST_CASE("a form's fields and files come apart, in order", "[serve]") {
  const std::string bytes{"RIFF\0\r\n--X\r\n", 11};
  const std::string body = part("name=\"model\"", "tiny.en") +
                           part("name=\"file\"; filename=\"a b.wav\"", bytes) +
                           part("name=empty", "") + "--XX--\r\n";

  const auto parts = parse_form_data(kType, body);

  REQUIRE(parts.size() == 3);
  CHECK(parts[0].name == "model");
  CHECK_FALSE(parts[0].filename);
  CHECK(parts[0].content == "tiny.en");
  CHECK(parts[1].filename == "a b.wav");
  CHECK(parts[1].content == bytes);
  CHECK(find_part(parts, "empty")->content.empty());
  CHECK(find_part(parts, "other") == nullptr);
}

TEST_CASE("a file's bytes are not copied", "[serve]") {
  const std::string body = part("name=f; filename=x", std::string(1000, 'a')) + "--XX--";

  const auto parts = parse_form_data(kType, body);

  CHECK(parts[0].content.data() > body.data());
  CHECK(parts[0].content.data() < body.data() + body.size());
}

TEST_CASE("names are read as clients write them", "[serve]") {
  const std::string body = "preamble\r\n" +
                           part("name=\"say \\\"hi\\\"; now\"; filename=\"C:\\dir\\x.wav\"", "1") +
                           part("Name=\"timestamp_granularities[]\"", "word") +
                           "--XX\r\ncontent-type: audio/wav\r\ncontent-disposition: form-data;"
                           "name=a; filename=\"../../etc/passwd\"\r\n\r\n2\r\n--XX--epilogue";

  const auto parts = parse_form_data("Multipart/Form-Data;charset=utf-8; boundary=\"XX\"", body);

  REQUIRE(parts.size() == 3);
  CHECK(parts[0].name == "say \"hi\"; now");
  CHECK(parts[0].filename == "x.wav");
  CHECK(parts[1].name == "timestamp_granularities[]");
  CHECK(parts[2].filename == "passwd");
  CHECK(parts[2].content_type == "audio/wav");
}

TEST_CASE("a form without parts has none", "[serve]") {
  CHECK(parse_form_data(kType, "--XX--\r\n").empty());
}

TEST_CASE("what is no form is refused with the reason", "[serve]") {
  const std::string good = part("name=a", "1");

  CHECK(refusal("application/json", "{}").find("application/json") != std::string::npos);
  CHECK(refusal("multipart/form-data", good).find("boundary") != std::string::npos);
  CHECK(refusal("multipart/form-data; boundary=" + std::string(71, 'x'), "").find("70") !=
        std::string::npos);
  CHECK(refusal(kType, "").find("does not occur") != std::string::npos);
  CHECK(refusal(kType, good).find("last boundary") != std::string::npos);
  CHECK(refusal(kType, good + "--XXY").find("other text") != std::string::npos);
  CHECK(refusal(kType, part("filename=x", "1") + "--XX--").find("no name") != std::string::npos);
  CHECK(refusal(kType, part("name=\"a", "1") + "--XX--").find("not closed") != std::string::npos);
  CHECK(refusal(kType, part("name=\"a\"x", "1") + "--XX--").find("between") != std::string::npos);
  CHECK(refusal(kType, "--XX\r\nname: a\r\n--XX--").find("no end") != std::string::npos);
  CHECK(refusal(kType, "--XX\r\nfoo\r\n\r\n1\r\n--XX--").find("':'") != std::string::npos);
  CHECK(refusal(kType, "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--")
            .find("form-data") != std::string::npos);
}

TEST_CASE("a form is not read beyond its limits", "[serve]") {
  const std::string many = part("name=a", "1") + part("name=b", "2") + "--XX--";
  const std::string large = part("name=a", std::string(100, 'x')) + "--XX--";
  const std::string file = part("name=a; filename=f", std::string(100, 'x')) + "--XX--";

  CHECK_THROWS_AS(parse_form_data(kType, many, {.parts = 1}), clams::Error);
  CHECK_THROWS_AS(parse_form_data(kType, large, {.field = 99}), clams::Error);
  CHECK(parse_form_data(kType, file, {.field = 99}).size() == 1);
}
