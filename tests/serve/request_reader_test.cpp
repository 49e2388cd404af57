// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/detail/request_reader.hpp>
#include <clams/serve/error_response.hpp>

#include <string>

using clams::detail::RequestReader;
using clams::http::Request;
using clams::http::Response;

namespace {

RequestReader::Rules rules() {
  return {.head = {.body = 100},
          .body_limit = [](const Request& r) { return r.path == "/" ? 100U : 10U; },
          .objection = [](const Request& r) -> std::optional<Response> {
            if (r.path != "/secret") return std::nullopt;
            return clams::http::message_response(401, "no");
          },
          .refuse =
              [](int status, std::string_view message) {
                return clams::http::message_response(status, message);
              }};
}

int refusal_of(const std::string& bytes) {
  const auto all = rules();
  RequestReader reader{all};
  REQUIRE(reader.feed(bytes) == RequestReader::State::refused);
  return reader.take_refusal().status;
}

const std::string kHead = "POST /a%20b?x=%20 HTTP/1.1\r\nHost: h\r\nX-Id: 7\r\n";

}  // namespace

TEST_CASE("a request is put together from single bytes as from one piece", "[serve]") {
  const auto all = rules();
  const std::string bytes = kHead + "Content-Length: 3\r\n\r\nabc";
  RequestReader reader{all};

  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    REQUIRE(reader.feed(bytes.substr(i, 1)) != RequestReader::State::whole);
  }
  REQUIRE(reader.feed("c") == RequestReader::State::whole);

  const Request request = reader.take();
  CHECK(request.method == "POST");
  CHECK(request.path == "/a b");
  CHECK(request.query == "x=%20");
  CHECK(request.headers.at("x-id") == "7");
  CHECK(request.body == "abc");
  CHECK(reader.state() == RequestReader::State::idle);
}

TEST_CASE("requests that come together are read one after the other", "[serve]") {
  const auto all = rules();
  RequestReader reader{all};
  const std::string one = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string two =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nhi\r\n0\r\n\r\n";

  REQUIRE(reader.feed(one + two + "GET /3") == RequestReader::State::whole);
  CHECK(reader.take().path == "/1");
  REQUIRE(reader.resume() == RequestReader::State::whole);
  CHECK(reader.take().body == "hi");
  CHECK(reader.resume() == RequestReader::State::head);
}

TEST_CASE("what the connection is to do follows from version and headers", "[serve]") {
  const auto wishes = [](const std::string& line, const std::string& fields) {
    const auto all = rules();
    RequestReader reader{all};
    REQUIRE(reader.feed(line + "\r\nHost: h\r\n" + fields + "\r\n") == RequestReader::State::whole);
    return reader.wishes();
  };
  CHECK(wishes("GET / HTTP/1.1", "").keep);
  CHECK_FALSE(wishes("GET / HTTP/1.1", "Connection: Upgrade, Close\r\n").keep);
  CHECK_FALSE(wishes("GET / HTTP/1.0", "").keep);
  CHECK(wishes("GET / HTTP/1.0", "Connection: keep-alive\r\n").keep);
  CHECK(wishes("HEAD / HTTP/1.1", "").without_body);
}

TEST_CASE("a client that waits for 100 Continue is told once, and only if its body is wanted",
          "[serve]") {
  const auto all = rules();
  RequestReader reader{all};
  (void)reader.feed(kHead + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(reader.wants_continue());
  CHECK_FALSE(reader.wants_continue());

  CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                   "Content-Length: 101\r\n\r\n") == 413);
  CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n") == 417);
}

TEST_CASE("what may not be asked is refused before its body comes", "[serve]") {
  CHECK(refusal_of("POST /secret HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n") == 401);
}

TEST_CASE("a body that nobody reads may be small only", "[serve]") {
  CHECK(refusal_of("GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n") == 413);
}

TEST_CASE("a head without end is refused at the limit", "[serve]") {
  const auto all = rules();
  RequestReader reader{all};
  CHECK(reader.feed("GET / HTTP/1.1\r\nA: " + std::string(16000, 'x')) ==
        RequestReader::State::head);
  CHECK(reader.feed(std::string(1000, 'x')) == RequestReader::State::refused);
  CHECK(reader.take_refusal().status == 431);
}

TEST_CASE("a head has 16 KiB, a hundred fields and 8 KiB of target at most", "[serve]") {
  const auto status_of = [](const std::string& target, const std::string& fields) {
    const auto all = rules();
    RequestReader reader{all};
    const auto state = reader.feed("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    return state == RequestReader::State::refused ? reader.take_refusal().status : 200;
  };
  const auto field_of = [](std::size_t head) {  // for a head of so many bytes in all
    const std::size_t rest = std::string{"GET / HTTP/1.1\r\nHost: h\r\nX: \r\n\r\n"}.size();
    return "X: " + std::string(head - rest, 'x') + "\r\n";
  };
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: y\r\n";

  CHECK(status_of("/", field_of(16384)) == 200);
  CHECK(status_of("/", field_of(16385)) == 431);
  CHECK(status_of("/", fields) == 200);
  CHECK(status_of("/", fields + "X: y\r\n") == 431);
  CHECK(status_of("/" + std::string(8191, 'a'), "") == 200);
  CHECK(status_of("/" + std::string(8192, 'a'), "") == 414);
}

TEST_CASE("an escaped line break in a header stays what it is", "[serve]") {
  const auto all = rules();
  RequestReader reader{all};
  REQUIRE(reader.feed("GET / HTTP/1.1\r\nHost: h\r\nX-Id: a%0d%0aX-Two: b\r\n\r\n") ==
          RequestReader::State::whole);

  const Request request = reader.take();

  CHECK(request.headers.at("x-id") == "a%0d%0aX-Two: b");
  CHECK(request.headers.count("x-two") == 0);
}

TEST_CASE("a head whose lines end in bare line feeds is refused at once", "[serve]") {
  CHECK(refusal_of("GET / HTTP/1.1\nHost: h\n\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: h\r\n\n") == 400);
}

TEST_CASE("one empty line before a request is passed over, and no more", "[serve]") {
  const std::string request = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string three = "\r\n" + request + request + "\r\n" + request + "\r\n";
  const auto piece = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{1000});
  const auto all = rules();
  RequestReader reader{all};
  int seen = 0;

  for (std::size_t at = 0; at < three.size(); at += piece) {
    for (auto state = reader.feed(three.substr(at, piece)); state == RequestReader::State::whole;
         state = reader.resume()) {
      CHECK(reader.take().path == "/1");
      ++seen;
    }
  }

  CHECK(seen == 3);
  CHECK(reader.state() == RequestReader::State::idle);  // the line alone begins no request
  CHECK(refusal_of("\r\n\r\n") == 400);
  CHECK(refusal_of("\r\n\r\n" + request) == 400);
  CHECK(refusal_of("\n" + request) == 400);
  CHECK(refusal_of("\r\n\n" + request) == 400);
}

TEST_CASE("broken chunks are refused", "[serve]") {
  CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n") ==
        400);
}
