// SPDX-License-Identifier: Apache-2.0
// Thousands of clients that say nothing, or half of a request, while others are served; ten times
// as many requests as can be worked on; clients that leave.
//
//     gate_stress [CONNECTIONS]      default: as many as the descriptors allow, at most 9000
#include "stress/raw_client.hpp"
#include "stress/stress_program.hpp"
#include "support/test_app.hpp"
#include <clams/serve/process_usage.hpp>
#include <clams/serve/server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kMostConnections = 9000;
constexpr std::size_t kSlowConnections = 2000;
constexpr int kProbes = 300;
// Bounds that a shared, loaded machine keeps too; what a quiet one reaches is printed.
constexpr Milliseconds kMostDelay{250};
constexpr std::int64_t kMostGrowth = std::int64_t{64} << 20U;

using clams::stress::Client;
using clams::stress::require;

const std::string kProbe = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

std::string annotate_request() {
  const std::string body = clams::testing::kEmptyMmif;
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

/// The 99th of a hundred answers to probes on one connection.
Milliseconds probe_delay(int port) {
  const Client client{port};
  std::vector<Milliseconds> delays;
  for (int i = 0; i < kProbes; ++i) {
    const auto start = std::chrono::steady_clock::now();
    client.send(kProbe);
    require(client.receive().starts_with("HTTP/1.1 200"), "/healthz was not answered 200");
    delays.emplace_back(std::chrono::steady_clock::now() - start);
  }
  std::sort(delays.begin(), delays.end());
  return delays[delays.size() * 99 / 100];
}

std::ptrdiff_t count_threads() {
  const std::filesystem::directory_iterator tasks{"/proc/self/task"};
  return std::distance(begin(tasks), end(tasks));
}

std::size_t possible_connections() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(kMostConnections, (limit.rlim_cur - 200) / 2);  // both ends are ours
}

void hold_silent_clients(int port, std::size_t count) {
  const auto before = clams::http::process_usage().resident;
  const auto threads = count_threads();
  std::vector<Client> clients;
  clients.reserve(count);
  for (std::size_t i = 0; i < count; ++i) clients.emplace_back(port);
  const auto delay = probe_delay(port);
  const auto growth = clams::http::process_usage().resident.count() - before.count();
  std::cout << count << " silent clients: p99 of /healthz " << delay.count() << " ms, +"
            << growth / 1024 << " KiB\n";
  require(delay < kMostDelay, "silent clients delayed a probe");
  require(growth < kMostGrowth, "silent clients took too much memory");
  require(count_threads() == threads, "silent clients took threads");
}

void hold_slow_clients(int port, std::size_t count, std::chrono::milliseconds head_timeout) {
  std::vector<Client> clients;
  clients.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    clients.emplace_back(port);
    clients.back().send("POST / HTTP/1.1\r\nHost: h\r\nX-Slow: ");
  }
  const auto delay = probe_delay(port);
  std::cout << count << " clients hang in the head: p99 of /healthz " << delay.count() << " ms\n";
  require(delay < kMostDelay, "slow clients delayed a probe");
  for (const Client& client : clients) {
    require(client.ends_within(head_timeout + 5000ms), "a slow client was not given up");
  }
}

/// Ten times as many requests as may run and wait: each gets 200 or 503, and probes go on.
void overload(int port) {
  constexpr int kClients = 60;
  constexpr int kRequests = 30;
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      const Client client{port};
      for (int r = 0; r < kRequests; ++r) {
        client.send(annotate_request());
        const std::string answer = client.receive();
        if (answer.starts_with("HTTP/1.1 200")) ++served;
        if (answer.starts_with("HTTP/1.1 503")) ++refused;
      }
    });
  }
  const auto delay = probe_delay(port);
  for (std::thread& client : clients) client.join();
  std::cout << kClients << " clients on 2 workers and 4 places: " << served << " served, "
            << refused << " refused, p99 of /healthz " << delay.count() << " ms\n";
  require(served + refused == kClients * kRequests, "a request got neither 200 nor 503");
  require(served > 0, "nothing was served");
  require(delay < kMostDelay, "an overload delayed a probe");
}

/// A thousand clients that leave: afterwards nothing runs or waits, and others are served.
void abandon(int port, clams::http::Server& server) {
  constexpr int kAbandoned = 1000;
  for (int i = 0; i < kAbandoned; ++i) Client{port}.send(annotate_request());
  require(server.service().wait_until_idle(10s), "requests of clients that left still wait");
  const Client client{port};
  client.send(annotate_request());
  require(client.receive().starts_with("HTTP/1.1 200"), "nobody is served any more");
  std::cout << kAbandoned << " clients left: nothing of theirs is left\n";
}

int run(std::size_t most) {
  constexpr auto kHeadTimeout = 3000ms;
  clams::testing::TestRunner test;
  clams::http::Server server{
      test.runner,
      {.port = 0, .gate = {.head = kHeadTimeout}, .service = {.workers = 2, .queue_limit = 4}}};
  server.start();
  const std::size_t count = std::min(most, possible_connections());
  hold_silent_clients(server.port(), count);
  hold_slow_clients(server.port(), std::min(count, kSlowConnections), kHeadTimeout);
  overload(server.port());
  abandon(server.port(), server);
  server.stop();
  return 0;
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program("gate_stress", "[CONNECTIONS]", [&] {
    clams::stress::Arguments arguments{count, words};
    constexpr auto kMost = static_cast<std::int64_t>(kMostConnections);
    const auto connections = arguments.only_number("CONNECTIONS", 1, kMost).value_or(kMost);
    arguments.refuse_others();
    return run(static_cast<std::size_t>(connections));
  });
}
