// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/recording_sink.hpp"
#include <clams/serve/detail/gate.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/serve/impl/listening.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using clams::detail::Gate;
using clams::http::AnswerSink;
using clams::http::GateOptions;
using clams::http::Request;
using clams::http::Response;
using clams::testing::http_request;
using clams::testing::HttpClient;
using namespace std::chrono_literals;

namespace {

using Sink = std::shared_ptr<AnswerSink>;

/// A gate whose requests wait until the test answers them.
class TestGate {
 public:
  explicit TestGate(const GateOptions& options = {})
      : listener_(clams::detail::open_listener({.port = 0})),
        port_(clams::detail::port_of(listener_)),
        gate_(
            listener_, rules(), options,
            [this](Request request, Sink sink) { take(std::move(request), std::move(sink)); },
            clams::Logger{"gate"}, 2) {
    gate_.start();
  }

  [[nodiscard]] int port() const { return port_; }
  Gate& gate() { return gate_; }

  /// The next request's answer is the test's.
  Sink next(std::string* path = nullptr) {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, 10s, [this] { return !waiting_.empty(); }));
    auto [request, sink] = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    if (path != nullptr) *path = request.path;
    return sink;
  }

 private:
  static clams::detail::RequestReader::Rules rules() {
    return {.body_limit = [](const Request&) { return 1U << 20U; },
            .objection = [](const Request&) { return std::optional<Response>{}; },
            .refuse =
                [](int status, std::string_view message) {
                  return clams::http::message_response(status, message);
                }};
  }

  void take(Request request, Sink sink) {
    if (request.path == "/now") return sink->send({.body = "now"});
    const std::scoped_lock lock{mutex_};
    waiting_.emplace_back(std::move(request), std::move(sink));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<Request, Sink>> waiting_;
  int listener_;
  int port_;
  Gate gate_;
};

const std::string kNow = http_request("GET", "/now");

/// Connects, says half a request, and has the connection reset.
void connect_and_reset(int port) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  (void)::send(client, kNow.data(), kNow.size() / 2, MSG_NOSIGNAL);
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(client);
}

}  // namespace

TEST_CASE("hundreds of silent and half-said requests keep nobody waiting", "[serve]") {
  TestGate test;
  std::vector<std::unique_ptr<HttpClient>> silent;
  for (int i = 0; i < 200; ++i) {
    silent.push_back(std::make_unique<HttpClient>(test.port()));
    if (i % 2 == 0) silent.back()->send("POST / HTTP/1.1\r\nHost:");
  }
  HttpClient client{test.port()};

  for (int i = 0; i < 3; ++i) {
    client.send(kNow);
    CHECK(client.receive().body == "now");
  }
  CHECK(test.gate().counts().connections == 201);
}

TEST_CASE("requests of one connection are answered in their order, by whatever thread", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/1") + http_request("GET", "/2") + kNow);

  std::string path;
  test.next(&path)->send({.body = "one"});
  CHECK(path == "/1");
  test.next(&path)->send({.body = "two"});
  CHECK(path == "/2");

  CHECK(client.receive().body == "one");
  CHECK(client.receive().body == "two");
  CHECK(client.receive().body == "now");
}

TEST_CASE("an empty line after a request does not disturb the next one", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(kNow + "\r\n");
  CHECK(client.receive().body == "now");

  client.send(kNow);

  CHECK(client.receive().body == "now");
}

TEST_CASE("only the first answer to a request is sent", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  const Sink reply = test.next();
  reply->send({.body = "first"});
  reply->send({.body = "second"});
  client.send(kNow);

  CHECK(client.receive().body == "first");
  CHECK(client.receive().body == "now");
}

TEST_CASE("a head that does not come in time is answered 408", "[serve]") {
  TestGate test{{.head = 50ms}};
  HttpClient client{test.port()};
  client.send("GET / HTTP/1.1\r\n");
  CHECK(client.receive().status == 408);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("a body that stalls, or trickles, is answered 408", "[serve]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc";
  for (const GateOptions& options : {GateOptions{.stall = 50ms}, GateOptions{.body = 50ms},
                                     GateOptions{.slowest = 1U << 20U, .slow_grace = 1000ms}}) {
    TestGate test{options};
    HttpClient client{test.port()};
    client.send(head);
    CHECK(client.receive().status == 408);
    CHECK(client.is_closed_by_server());
  }
}

TEST_CASE("a connection that is idle for long is closed", "[serve]") {
  TestGate test{{.idle = 50ms}};
  HttpClient client{test.port()};
  client.send(kNow);
  CHECK(client.receive().status == 200);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("who does not read the answer loses the connection, and nobody waits for him",
          "[serve]") {
  TestGate test{{.stall = 50ms}};
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  test.next()->send({.body = std::string(std::size_t{64} << 20U, 'x')});  // returns at once
  CHECK(test.gate().wait_until_none(10s));
}

TEST_CASE("a large answer arrives whole", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  const std::string body(std::size_t{16} << 20U, 'x');
  test.next()->send({.body = body});
  CHECK(client.receive().body == body);
}

TEST_CASE("it is told when a client leaves before its answer", "[serve]") {
  TestGate test;
  auto client = std::make_unique<HttpClient>(test.port());
  client->send(http_request("GET", "/"));
  const Sink reply = test.next();
  std::mutex mutex;
  std::condition_variable told;
  bool left = false;
  reply->when_client_leaves([&] {
    const std::scoped_lock lock{mutex};
    left = true;
    told.notify_all();
  });

  client.reset();

  std::unique_lock lock{mutex};
  CHECK(told.wait_for(lock, 10s, [&] { return left; }));
}

TEST_CASE("the longest idle connection makes room for a new one", "[serve]") {
  TestGate test{{.max_connections = 2}};
  HttpClient oldest{test.port()};
  oldest.send(kNow);
  CHECK(oldest.receive().status == 200);
  HttpClient busy{test.port()};
  busy.send(http_request("GET", "/"));
  const Sink reply = test.next();

  HttpClient newest{test.port()};
  newest.send(kNow);

  CHECK(newest.receive().status == 200);
  CHECK(oldest.is_closed_by_server());
  reply->send({.body = "still here"});
  CHECK(busy.receive().body == "still here");
  CHECK(test.gate().counts().shed == 1);
}

TEST_CASE("who comes when all are busy is told so at once", "[serve]") {
  TestGate test{{.max_connections = 1}};
  HttpClient busy{test.port()};
  busy.send(http_request("GET", "/"));
  const Sink reply = test.next();

  HttpClient late{test.port()};

  CHECK(late.receive().status == 503);
  reply->send({.body = "done"});
  CHECK(busy.receive().body == "done");
}

TEST_CASE("clients that reset their connections leave nothing behind", "[serve]") {
  TestGate test;
  for (int i = 0; i < 300; ++i) connect_and_reset(test.port());

  {
    HttpClient client{test.port()};
    client.send(kNow);
    CHECK(client.receive().body == "now");
  }

  CHECK(test.gate().wait_until_none(10s));
  CHECK(test.gate().counts().connections == 0);
}

TEST_CASE("bodies that are too much together are answered 503", "[serve]") {
  TestGate test{{.max_buffered = 1000}};
  HttpClient client{test.port()};
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" +
              std::string(2000, 'x'));
  CHECK(client.receive().status == 503);

  HttpClient small{test.port()};
  small.send(http_request("POST", "/now", std::string(900, 'x')));

  CHECK(small.receive().status == 200);
}

TEST_CASE("one client has no more connections than it may", "[serve]") {
  TestGate test{{.max_per_client = 1}};
  HttpClient first{test.port()};
  first.send(kNow);
  CHECK(first.receive().status == 200);
  HttpClient second{test.port()};
  CHECK(second.receive().status == 503);
  CHECK(second.is_closed_by_server());
  CHECK(test.gate().counts().turned_away == 1);
}

TEST_CASE("a draining gate lets requests end, and then nobody in", "[serve]") {
  TestGate test;
  HttpClient idle{test.port()};
  idle.send(kNow);
  CHECK(idle.receive().status == 200);
  HttpClient busy{test.port()};
  busy.send(http_request("GET", "/"));
  const Sink reply = test.next();

  test.gate().drain();

  CHECK(idle.is_closed_by_server());
  HttpClient newcomer{test.port()};
  newcomer.send(kNow);
  CHECK(newcomer.receive().headers.at("connection") == "close");
  CHECK(newcomer.is_closed_by_server());
  reply->send({.body = "last"});
  const auto answer = busy.receive();
  CHECK(answer.body == "last");
  CHECK(answer.headers.at("connection") == "close");
  CHECK(busy.is_closed_by_server());
  test.gate().close_door();
  CHECK(test.gate().wait_until_none(10s));
  CHECK_THROWS(HttpClient{test.port()});
}

TEST_CASE("an answer in pieces arrives as it is made, and the connection goes on", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  const Sink reply = test.next();

  reply->begin({.content_type = "text/plain"});
  CHECK(client.receive_head().headers.at("transfer-encoding") == "chunked");
  reply->send_piece("one");
  CHECK(client.receive_bytes(8) == "3\r\none\r\n");
  reply->end();
  CHECK(client.receive_bytes(5) == "0\r\n\r\n");
  client.send(kNow);
  CHECK(client.receive().body == "now");
}

TEST_CASE("an answer in pieces that breaks off has no end", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  const Sink reply = test.next();
  reply->begin({});
  reply->break_off();
  (void)client.receive_head();
  CHECK(client.is_closed_by_server());
}

TEST_CASE("the maker of pieces learns that nobody reads them", "[serve]") {
  TestGate test;
  auto client = std::make_unique<HttpClient>(test.port());
  client->send(http_request("GET", "/"));
  const Sink reply = test.next();
  reply->begin({});
  client.reset();
  CHECK_THROWS_WITH(
      [&] {
        while (true) reply->send_piece(std::string(65536, 'x'));
      }(),
      clams::testing::contains_text("nobody reads"));
}

TEST_CASE("an answer never carries a line break of a header's value", "[serve]") {
  TestGate test;
  HttpClient client{test.port()};
  client.send(http_request("GET", "/"));
  test.next()->send({.body = "x", .headers = {{"X-Bad", "a\r\nSet-Cookie: b"}, {"X-Good", "a"}}});
  const auto answer = client.receive();
  CHECK(answer.headers.count("set-cookie") == 0);
  CHECK(answer.headers.count("x-bad") == 0);
  CHECK(answer.headers.at("x-good") == "a");
}
