// SPDX-License-Identifier: Apache-2.0
// The server behind nginx: both must see the same requests in the same bytes, or one could be
// smuggled past the other.
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/serve/server.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <regex>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using clams::http::Server;
using clams::testing::HttpClient;
using clams::testing::TemporaryFolder;
using clams::testing::TestRunner;

namespace {

std::filesystem::path find_nginx() {
  for (const char* path : {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return {};
}

/// @param buffering `on`: a request is read whole before it is passed on, with a length; `off`: as
///   it comes, chunks as chunks
std::string configuration(const std::string& folder, int port, const std::string& buffering) {
  std::string text = R"(
daemon off; master_process off; pid nginx.pid;
error_log error.log;
events { worker_connections 512; }
http {
  log_format seen '$request_uri|$upstream_status';
  access_log access.log seen;
  client_header_timeout 1s; client_body_timeout 1s; keepalive_timeout 1s; lingering_close off;
  upstream app { server 127.0.0.1:PORT; keepalive 4; }
  server {
    listen unix:FOLDER/nginx.sock;
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_request_buffering BUFFERING; proxy_next_upstream off;
    }
  }
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4;
  scgi_temp_path t5;
}
)";
  text.replace(text.find("FOLDER"), 6, folder);
  text.replace(text.find("PORT"), 4, std::to_string(port));
  text.replace(text.find("BUFFERING"), 9, buffering);
  return text;
}

/// nginx before a server, in a folder of its own.
///
/// Ownership: owns the process; `stop` or the destructor ends it.
/// Threads: confined.
/// Errors: `is_up` says whether it came up.
class Nginx {
 public:
  Nginx(const std::filesystem::path& program, int port, const std::string& buffering) {
    clams::write_file_atomically(folder_.path() / "nginx.conf",
                                 configuration(folder_.path().string(), port, buffering));
    const std::string prefix = folder_.path().string() + '/';
    const std::string error = prefix + "error.log";
    std::vector<std::string> words{program, "-p", prefix, "-c", "nginx.conf", "-e", error};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (::posix_spawn(&pid_, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
      pid_ = -1;
    }
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  Nginx(Nginx&&) = delete;
  Nginx& operator=(Nginx&&) = delete;
  ~Nginx() { stop(); }

  [[nodiscard]] std::filesystem::path socket() const { return folder_.path() / "nginx.sock"; }

  [[nodiscard]] bool is_up() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (std::chrono::steady_clock::now() < deadline) {
      if (::waitpid(pid_, nullptr, WNOHANG) != 0) return false;
      if (std::filesystem::exists(folder_.path() / "nginx.pid")) return true;
      ::usleep(1000);
    }
    return false;
  }

  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  /// What it says that it has passed on, and was answered 404.
  [[nodiscard]] std::string passed_on() const {
    return clams::read_file(folder_.path() / "access.log");
  }

 private:
  TemporaryFolder folder_;
  pid_t pid_ = -1;
};

constexpr const char* kHidden = "GET /hidden/NNN HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// A request line, header lines with their ends, and a body; behind it the hidden request.
struct Attack {
  std::string line = "POST /item/NNN HTTP/1.1\r\nHost: h\r\n";
  std::string fields;
  std::string body = {};
};

std::vector<Attack> attacks_on_lengths() {
  const std::string te = "Transfer-Encoding: chunked\r\n";
  const std::string hidden = kHidden;
  const std::string length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  std::vector<Attack> attacks;
  for (const std::string& fields : {"Content-Length: 5\r\n" + te,
                                    te + "Content-Length: 5\r\n",
                                    length + te,
                                    te + length,
                                    length + "Content-Length: 0\r\n",
                                    "Content-Length: 0\r\n" + length,
                                    length + length,
                                    std::string{"Content-Length: +0\r\n"},
                                    std::string{"Content-Length: 0, 0\r\n"},
                                    std::string{"Content-Length: 0x0\r\n"},
                                    std::string{"Content-Length: 00\r\n"},
                                    std::string{"Content-Length: -0\r\n"},
                                    std::string{"Content-Length : 0\r\n"},
                                    std::string{"Content_Length: 5\r\n"},
                                    std::string{"Content-Length: \r\n"},
                                    std::string{"Content-Length: 0\x0b\r\n"},
                                    std::string{"Content-Length:\t0\r\n"},
                                    "X: y\r\n " + length,
                                    "X: y\n" + length,
                                    "X: y\r" + length,
                                    "Connection: Content-Length\r\n" + length,
                                    "Content-Length: 18446744073709551616\r\n" + te,
                                    length + "Expect: 100-continue\r\n",
                                    "Upgrade: h2c\r\nConnection: Upgrade\r\n" + length}) {
    attacks.push_back({.fields = fields, .body = "0\r\n\r\n"});
  }
  return attacks;
}

std::vector<Attack> attacks_on_codings() {
  std::vector<Attack> attacks;
  for (const char* coding :
       {"Transfer-Encoding: chunked", "Transfer-Encoding: CHUNKED", "Transfer-Encoding : chunked",
        "Transfer-Encoding:\tchunked", "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \x0b chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding:\r\n chunked", "X: y\nTransfer-Encoding: chunked",
        "Transfer_Encoding: chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked;q=1",
        "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked"}) {
    attacks.push_back({.fields = std::string{coding} + "\r\n", .body = "5\r\nhello\r\n0\r\n\r\n"});
    attacks.push_back({.fields = std::string{coding} + "\r\nContent-Length: 15\r\n",
                       .body = "5\r\nhello\r\n0\r\n\r\n"});
    attacks.push_back({.line = "POST /item/NNN HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n",
                       .fields = std::string{coding} + "\r\n",
                       .body = "5\r\nhello\r\n0\r\n\r\n"});
  }
  return attacks;
}

std::vector<Attack> attacks_on_chunks() {
  std::vector<Attack> attacks;
  for (const char* body : {"0\r\n\r\n",
                           "0\n\n",
                           "0\r\n\n",
                           "00\r\n\r\n",
                           "0;a=b\r\n\r\n",
                           "0;a\n\r\n\r\n",
                           "0x0\r\n\r\n",
                           "-0\r\n\r\n",
                           "+0\r\n\r\n",
                           " 0\r\n\r\n",
                           "0 \r\n\r\n",
                           "0\t\r\n\r\n",
                           "0\r\r\n\r\n",
                           "\r\n0\r\n\r\n",
                           "0\r\nX: y\r\n\r\n",
                           "0\r\nX: y\n\n",
                           "0\r\nContent-Length: 50\r\n\r\n",
                           "0\r\n X: y\r\n\r\n",
                           "5\r\nhello0\r\n\r\n",
                           "5\r\nhello\n0\r\n\r\n",
                           "6\r\nhello\r\n0\r\n\r\n",
                           "4\r\nhello\r\n0\r\n\r\n",
                           "5;\"\r\n\"\r\nhello\r\n0\r\n\r\n",
                           "5;a\rb\r\nhello\r\n0\r\n\r\n",
                           "fffffffffffffffff\r\n",
                           "8000000000000000\r\n",
                           "10000000000000000\r\nhello\r\n0\r\n\r\n",
                           "5\nhello\r\n0\r\n\r\n",
                           "\r\n",
                           "g\r\n\r\n",
                           ""}) {
    attacks.push_back({.fields = "Transfer-Encoding: chunked\r\n", .body = body});
  }
  return attacks;
}

std::vector<Attack> attacks_on_lines() {
  const std::string length = "Content-Length: " + std::to_string(std::string{kHidden}.size());
  std::vector<Attack> attacks;
  for (const char* line : {"GET /item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/1.1 HTTP/1.1\r\nHost: h\r\n",
                           "GET http://h/item/NNN HTTP/1.1\r\nHost: other\r\n",
                           "GET /item/NNN%0d%0aX:y HTTP/1.1\r\nHost: h\r\n",
                           "GET /item/NNN%00 HTTP/1.1\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/1.2\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/2.0\r\nHost: h\r\n",
                           "GET /item/NNN\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/1.1\nHost: h\n",
                           "GET  /item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "GET\t/item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "\r\nGET /item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/1.1\r\n",
                           "GET /item/NNN HTTP/0.9\r\nHost: h\r\n",
                           "GET /item/NNN HTTP/1.1\r\nHost: h\r\nHost: g\r\n",
                           "GET /item/NNN HTTP/1.1\r\nHost: h g\r\n",
                           "OPTIONS * HTTP/1.1\r\nHost: h\r\n",
                           "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n",
                           "GET /../item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "HEAD /item/NNN HTTP/1.1\r\nHost: h\r\n",
                           "GET /item/NNN?a=b#c HTTP/1.1\r\nHost: h\r\n",
                           "get /item/NNN HTTP/1.1\r\nHost: h\r\n"}) {
    attacks.push_back({.line = line, .fields = {}});
    attacks.push_back({.line = line, .fields = length + "\r\n"});
    attacks.push_back({.line = line, .fields = length + "\r\nExpect: 100-continue\r\n"});
  }
  return attacks;
}

/// The bytes of each attack, with its number in the paths.
std::vector<std::string> corpus() {
  std::vector<Attack> all;
  for (auto part :
       {attacks_on_lengths(), attacks_on_codings(), attacks_on_chunks(), attacks_on_lines()}) {
    std::move(part.begin(), part.end(), std::back_inserter(all));
  }
  std::vector<std::string> texts;
  for (const Attack& attack : all) {
    // As long as NNN, so that lengths stay what they are.
    const std::string number = std::to_string(100 + texts.size());
    std::string text = attack.line + attack.fields + "\r\n" + attack.body + kHidden;
    texts.push_back(std::regex_replace(text, std::regex{"/NNN"}, "/" + number));
  }
  return texts;
}

/// The paths `item/N` and `hidden/N` of the lines that hold `mark`, sorted.
std::vector<std::string> paths(const std::string& lines, const std::string& mark) {
  static const std::regex path{"(item|hidden)/[0-9]+"};
  std::vector<std::string> found;
  std::istringstream text{lines};
  for (std::string line; std::getline(text, line);) {
    std::smatch match;
    if (line.find(mark) != std::string::npos && std::regex_search(line, match, path)) {
      found.push_back(match.str());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void send_to_all_at_once(const std::filesystem::path& socket) {
  std::deque<HttpClient> clients;
  for (const std::string& bytes : corpus()) clients.emplace_back(socket).send(bytes);
  for (HttpClient& client : clients) client.read_to_end();
}

}  // namespace

TEST_CASE("nginx and the server see the same requests in whatever comes", "[serve]") {
  const auto program = find_nginx();
  if (program.empty()) CLAMS_SKIP("nginx is not there");
  for (const char* buffering : {"on", "off"}) {
    CAPTURE(buffering);
    TestRunner test;
    Server server{test.runner, {.port = 0}};
    server.start();
    Nginx nginx{program, server.port(), buffering};
    REQUIRE(nginx.is_up());

    send_to_all_at_once(nginx.socket());
    nginx.stop();
    server.stop();

    const auto seen = paths(test.log.text(), " 404 ");
    CHECK(seen == paths(nginx.passed_on(), "|404"));
    CHECK(seen.size() > 50);
  }
}

TEST_CASE("a server without a proxy answers no request that a body hides", "[serve]") {
  TestRunner test;
  const std::chrono::milliseconds soon{300};
  Server server{test.runner,
                {.port = 0, .gate = {.idle = soon, .head = soon, .body = soon, .stall = soon}}};
  server.start();
  const auto attacks = corpus();
  std::deque<HttpClient> clients;
  for (const std::string& bytes : attacks) clients.emplace_back(server.port()).send(bytes);
  for (std::size_t i = 0; i < attacks.size(); ++i) {
    CAPTURE(attacks[i]);
    CHECK_NOTHROW(clients[i].read_to_end());
  }
  server.stop();

  // Behind a head or a body that is refused nothing is read; behind a whole one the next request
  // is in plain sight: it then stands beside its item.
  const auto seen = paths(test.log.text(), " 404 ");
  for (const std::string& path : seen) {
    const std::string item = "item" + path.substr(path.find('/'));
    const auto number = std::stoul(item.substr(item.find('/') + 1)) - 100;
    const bool has_item = attacks.at(number).find(item) != std::string::npos;
    CAPTURE(path);
    if (has_item) CHECK(std::count(seen.begin(), seen.end(), item) == 1);
  }
}
