// SPDX-License-Identifier: Apache-2.0
// Asks an HTTP server the same thing again and again over some connections, and tells how fast it
// answers.
//
//     http_load --port N [--file BODY] [--target /] [--connections 8] [--seconds 5]
//
// Prints one line of JSON: requests_per_second, p50_us, p99_us, max_us, requests, failures.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int port = 0;
  std::string file;
  std::string target = "/";
  int connections = 8;
  double seconds = 5;
};

/// What one connection saw.
struct Tally {
  std::vector<std::int64_t> microseconds;
  std::uint64_t failures = 0;
};

/// A blocking connection that reads answers by their Content-Length.
class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error{"nothing answers at port " + std::to_string(port)};
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;
  ~Connection() { ::close(socket_); }

  /// @return whether the answer was 200 and came whole.
  [[nodiscard]] bool ask(std::string_view request) {
    ends_ = true;  // whatever goes wrong
    while (!request.empty()) {
      const ssize_t count = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      request.remove_prefix(static_cast<std::size_t>(count));
    }
    return receive();
  }

  /// Whether the last answer was this connection's last.
  [[nodiscard]] bool ends() const noexcept { return ends_; }

 private:
  /// Bodies are counted, not kept: the time is to be the server's.
  [[nodiscard]] bool receive() {
    std::size_t filled = 0;
    std::size_t head = std::string_view::npos;
    while ((head = text(filled).find("\r\n\r\n")) == std::string_view::npos) {
      const std::size_t count = receive_at(filled);
      if (count == 0) return false;
      filled += count;
    }
    const bool is_ok = text(filled).starts_with("HTTP/1.1 200");
    ends_ = text(head).find("onnection: close") != std::string_view::npos;
    const std::size_t whole = head + 4 + content_length(text(head));
    for (std::size_t received = filled; received < whole;) {
      const std::size_t count = receive_at(0);
      if (count == 0) return false;
      received += count;
    }
    return is_ok;
  }

  [[nodiscard]] std::string_view text(std::size_t length) const {
    return std::string_view{buffer_}.substr(0, length);
  }

  [[nodiscard]] static std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "ontent-Length: ";
    const auto at = head.find(kName);
    std::size_t length = 0;
    if (at != std::string_view::npos) {
      std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
    }
    return length;
  }

  [[nodiscard]] std::size_t receive_at(std::size_t place) {
    const ssize_t count = ::recv(socket_, buffer_.data() + place, buffer_.size() - place, 0);
    return static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }

  int socket_;
  bool ends_ = false;
  std::string buffer_ = std::string(std::size_t{256} << 10U, '\0');
};

Tally ask_until(const Options& options, const std::string& request, Clock::time_point end) {
  constexpr std::uint64_t kMostFailures = 1000;
  Tally tally;
  auto connection = std::make_unique<Connection>(options.port);
  while (Clock::now() < end && tally.failures < kMostFailures) {
    const auto start = Clock::now();
    const bool answered = connection->ask(request);
    if (connection->ends()) connection = std::make_unique<Connection>(options.port);
    if (!answered) {
      ++tally.failures;
      continue;
    }
    tally.microseconds.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
  }
  return tally;
}

std::string request_text(const Options& options) {
  if (options.file.empty()) return "GET " + options.target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::ifstream file{options.file, std::ios::binary};
  if (!file) throw std::runtime_error{"cannot read " + options.file};
  const std::string body{std::istreambuf_iterator<char>{file}, {}};
  return "POST " + options.target +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void report(std::vector<std::int64_t> times, std::uint64_t failures, double seconds) {
  if (times.empty()) throw std::runtime_error{"no request was answered 200"};
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t percent) { return times[(times.size() - 1) * percent / 100]; };
  std::cout << R"({"requests_per_second": )" << static_cast<double>(times.size()) / seconds
            << R"(, "p50_us": )" << at(50) << R"(, "p99_us": )" << at(99) << R"(, "max_us": )"
            << times.back() << R"(, "requests": )" << times.size() << R"(, "failures": )"
            << failures << "}\n";
}

void load(const Options& options) {
  const std::string request = request_text(options);
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>{options.seconds});
  std::vector<Tally> tallies(static_cast<std::size_t>(options.connections));
  std::vector<std::thread> threads;
  threads.reserve(tallies.size());
  for (Tally& tally : tallies) {
    threads.emplace_back([&] { tally = ask_until(options, request, end); });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::vector<std::int64_t> times;
  std::uint64_t failures = 0;
  for (const Tally& tally : tallies) {
    times.insert(times.end(), tally.microseconds.begin(), tally.microseconds.end());
    failures += tally.failures;
  }
  report(std::move(times), failures, seconds);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Asks an HTTP server on this machine the same thing again and again."};
  app.add_option("--port", options.port, "of the server")->required();
  app.add_option("--file", options.file, "body to POST (default: GET)");
  app.add_option("--target", options.target, "path and query")->capture_default_str();
  app.add_option("--connections", options.connections, "side by side")->capture_default_str();
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    load(options);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "http_load: " << error.what() << '\n';
    return 1;
  }
}
