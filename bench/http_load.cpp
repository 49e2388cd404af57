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
    while (!request.empty()) {
      const ssize_t count = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      request.remove_prefix(static_cast<std::size_t>(count));
    }
    return receive();
  }

 private:
  [[nodiscard]] bool receive() {
    pending_.clear();
    std::size_t head = std::string::npos;
    while ((head = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return false;
    }
    const std::size_t whole = head + 4 + content_length();
    while (pending_.size() < whole) {
      if (!fill()) return false;
    }
    return pending_.starts_with("HTTP/1.1 200");
  }

  [[nodiscard]] std::size_t content_length() const {
    constexpr std::string_view kName = "ontent-Length: ";
    const auto at = pending_.find(kName);
    std::size_t length = 0;
    if (at != std::string::npos) {
      std::from_chars(pending_.data() + at + kName.size(), pending_.data() + pending_.size(),
                      length);
    }
    return length;
  }

  [[nodiscard]] bool fill() {
    const std::size_t before = pending_.size();
    pending_.resize(before + std::max<std::size_t>(before, 65536));
    const ssize_t count = ::recv(socket_, pending_.data() + before, pending_.size() - before, 0);
    pending_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return count > 0;
  }

  int socket_;
  std::string pending_;
};

Tally ask_until(const Options& options, const std::string& request, Clock::time_point end) {
  Tally tally;
  Connection connection{options.port};
  while (Clock::now() < end) {
    const auto start = Clock::now();
    if (!connection.ask(request)) {
      ++tally.failures;
      break;
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
