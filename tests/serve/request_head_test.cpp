// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/detail/request_head.hpp>

#include <string>
#include <utility>
#include <vector>

using clams::detail::field_value;
using clams::detail::HeadLimits;
using clams::detail::HeadRefusal;
using clams::detail::parse_request_head;
using clams::detail::RequestHead;

namespace {

/// The status that a head is refused with, 0 if it is good.
int refusal_status(const std::string& text, const HeadLimits& limits = {}) {
  const auto parsed = parse_request_head(text, limits);
  const auto* refusal = std::get_if<HeadRefusal>(&parsed);
  return refusal != nullptr ? refusal->status : 0;
}

std::string with_fields(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("a head is taken apart into its line and fields", "[serve]") {
  const auto parsed = parse_request_head(
      "FOO /a?b=c%20d HTTP/1.1\r\nHost: h\r\nX-One:  two words \r\n\r\n", HeadLimits{});

  const auto& head = std::get<RequestHead>(parsed);
  CHECK(head.method == "FOO");
  CHECK(head.target == "/a?b=c%20d");
  CHECK(head.version == "HTTP/1.1");
  CHECK(field_value(head, "x-one") == "two words");
  CHECK(field_value(head, "x-two").empty());
}

TEST_CASE("a head that two parsers could read differently is refused", "[serve]") {
  const std::vector<std::pair<std::string, int>> cases{
      {"Content-Length: 3\r\nContent-Length: 3\r\n", 400},
      {"Content-Length: 3, 3\r\n", 400},
      {"Content-Length: +3\r\n", 400},
      {"Content-Length: -3\r\n", 400},
      {"Content-Length: 0x3\r\n", 400},
      {"Content-Length: 3abc\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: gzip, chunked\r\n", 501},
      {"Content-Length : 3\r\n", 400},
      {"X: a\r\n folded\r\n", 400},
      {"X: a\nY: b\r\n", 400},
      {std::string{"X: a\0b\r\n", 8}, 400},
      {"no colon\r\n", 400},
      {": no name\r\n", 400},
      {"Host: second\r\n", 400},
  };

  for (const auto& [fields, status] : cases) {
    CAPTURE(fields);
    CHECK(refusal_status(with_fields(fields)) == status);
  }
}

TEST_CASE("good framing passes", "[serve]") {
  CHECK(refusal_status(with_fields("Content-Length: 3\r\n")) == 0);
  CHECK(refusal_status(with_fields("Transfer-Encoding: Chunked\r\n")) == 0);
  CHECK(refusal_status("GET / HTTP/1.0\r\n\r\n") == 0);
}

TEST_CASE("HTTP/1.0 has no chunks", "[serve]") {
  CHECK(refusal_status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("a malformed request line is refused", "[serve]") {
  for (const std::string line : {"GET /", "GET", "GET  /", " / HTTP/1.1", "G T / HTTP/1.1",
                                 "GET /a b HTTP/1.1", "G\x01T / HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(refusal_status(line + "\r\nHost: h\r\n\r\n") == 400);
  }
  CHECK(refusal_status("GET / HTTP/2.0\r\nHost: h\r\n\r\n") == 505);
  CHECK(refusal_status("GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
}

TEST_CASE("the limits hold to the byte", "[serve]") {
  const HeadLimits limits{.target = 8, .fields = 2, .body = 10};
  const auto with_target = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };

  CHECK(refusal_status(with_target(8), limits) == 0);
  CHECK(refusal_status(with_target(9), limits) == 414);
  CHECK(refusal_status(with_fields("A: 1\r\n"), limits) == 0);
  CHECK(refusal_status(with_fields("A: 1\r\nB: 2\r\n"), limits) == 431);
  CHECK(refusal_status(with_fields("Content-Length: 10\r\n"), limits) == 0);
  CHECK(refusal_status(with_fields("Content-Length: 11\r\n"), limits) == 413);
  CHECK(refusal_status(with_fields("Content-Length: 99999999999999999999\r\n"), limits) == 413);
}
