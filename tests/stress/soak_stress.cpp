// SPDX-License-Identifier: Apache-2.0
// A server under a mixed load for a long time: small and large requests, bad and slow ones, and
// clients that leave. Its memory, descriptors and threads must not grow.
//
//     soak_stress [SECONDS]      default: 15; 1800 by hand
#include "stress/raw_client.hpp"
#include "stress/stress_program.hpp"
#include "support/test_app.hpp"
#include <clams/serve/server.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <malloc.h>
#include <numeric>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using clams::stress::Client;
using clams::stress::require;

constexpr long kMostGrowthKib = 8L << 10;  // of the last third of the run beyond the middle one
constexpr std::ptrdiff_t kMostExtraDescriptors = 4;

std::string post(std::string_view body, std::string_view target = "/") {
  return "POST " + std::string{target} +
         " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string{body};
}

/// An MMIF with a view of so many annotations.
std::string mmif_of(int annotations) {
  std::string text = R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], )"
                     R"("views": [{"id": "v_0", "metadata": {"app": "http://apps.clams.ai/x/v1", )"
                     R"("contains": {}}, "annotations": [)";
  for (int i = 0; i < annotations; ++i) {
    text += std::string{i > 0 ? ", " : ""} +
            R"({"@type": "http://mmif.clams.ai/vocabulary/TimeFrame/v6", "properties": )"
            R"({"id": "v_0:tf_)" +
            std::to_string(i) + R"(", "label": "speech", "start": 1}})";
  }
  return text + "]}]}";
}

/// Reads an answer to its end. @return whether its status was `status`.
bool gets(const Client& client, const std::string& status) {
  std::string answer;
  std::size_t whole = std::string::npos;
  while (answer.size() < whole) {
    const std::string piece = client.receive();
    if (piece.empty()) break;
    answer += piece;
    const auto head = answer.find("\r\n\r\n");
    const auto length = answer.find("Content-Length: ");
    if (whole == std::string::npos && head != std::string::npos && length < head) {
      whole = head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
  }
  return answer.starts_with("HTTP/1.1 " + status);
}

struct Load {
  int port;
  std::atomic<bool> stopping = false;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> odd_answers = 0;

  void expect(bool fine) {
    ++requests;
    if (!fine) ++odd_answers;
  }

  /// A client's life, from thread to thread; what goes wrong in it is told, and fails the run.
  template <typename Client>
  std::thread start(Client client) {
    return std::thread{[this, client] {
      try {
        client(*this);
      } catch (const std::exception& error) {
        std::cerr << "a client was let down: " << error.what() << '\n';
        ++odd_answers;
      }
    }};
  }
};

/// The same good request again and again, on connections of a hundred requests each.
void ask_well(Load& load, const std::string& request, std::chrono::milliseconds pause) {
  while (!load.stopping) {
    const Client client{load.port};
    for (int i = 0; i < 100 && !load.stopping; ++i) {
      client.send(request);
      load.expect(gets(client, "200"));
      std::this_thread::sleep_for(pause);
    }
  }
}

void ask_badly(Load& load) {
  const std::array<std::pair<std::string, std::string>, 6> requests{{
      {post(R"({"metadata": {)"), "500"},
      {post("[" + std::string(5000, '[')), "500"},
      {post(R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": 3})"), "500"},
      {post(clams::testing::kEmptyMmif, "/?beams=many"), "500"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 2\r\n\r\n{}", "400"},
      {"NOT HTTP\r\n\r\n", "400"},
  }};
  while (!load.stopping) {
    for (const auto& [request, status] : requests) {
      const Client client{load.port};
      client.send(request);
      load.expect(gets(client, status));
    }
    std::this_thread::sleep_for(5ms);
  }
}

void ask_slowly(Load& load) {
  const std::string request = post(clams::testing::kEmptyMmif);
  while (!load.stopping) {
    const Client client{load.port};
    for (std::size_t at = 0; at < request.size(); at += 10) {
      client.send(request.substr(at, 10));
      std::this_thread::sleep_for(5ms);
    }
    load.expect(gets(client, "200"));
  }
}

/// Leaves in the middle of a request, and without waiting for the answer to one.
void leave(Load& load, const std::string& request) {
  while (!load.stopping) {
    Client{load.port}.send(request.substr(0, request.size() / 2));
    Client{load.port}.send(request);
    load.expect(true);
    std::this_thread::sleep_for(50ms);
  }
}

/// What a process holds.
struct Holdings {
  long resident_kib;
  std::ptrdiff_t descriptors;
  std::ptrdiff_t threads;
};

std::ptrdiff_t count_entries(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator entries{folder};
  return std::distance(begin(entries), end(entries));
}

Holdings holdings_of(pid_t process) {
  const std::filesystem::path folder = "/proc/" + std::to_string(process);
  std::ifstream pages{folder / "statm"};
  long total = 0;
  long resident = 0;
  pages >> total >> resident;
  return {.resident_kib = resident * (::sysconf(_SC_PAGESIZE) / 1024),
          .descriptors = count_entries(folder / "fd"),
          .threads = count_entries(folder / "task")};
}

/// The child: serves until it is killed, and tells its port.
[[noreturn]] void serve(int port_pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);  // as clams::run does for a server
  clams::testing::TestRunner test;
  clams::AppRunner runner{*test.app, {.folder = "/", .log = {.level = clams::LogLevel::critical}}};
  constexpr auto kPatience = 300s;  // with clients that a loaded machine does not let run
  clams::http::Server server{runner,
                             {.port = 0, .gate = {.head = kPatience}, .service = {.workers = 2}}};
  server.start();
  const int port = server.port();
  require(::write(port_pipe, &port, sizeof port) == sizeof port, "the port cannot be told");
  while (true) ::pause();
}

/// Kibibytes a minute by which the line through the samples, one a second, rises.
double slope(const std::vector<Holdings>& samples) {
  const auto count = static_cast<double>(samples.size());
  const double middle = (count - 1) / 2;
  double rise = 0;
  double spread = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double distance = static_cast<double>(i) - middle;
    rise += distance * static_cast<double>(samples[i].resident_kib);
    spread += distance * distance;
  }
  return spread > 0 ? rise / spread * 60 : 0;
}

long mean_resident(const Holdings* begin, const Holdings* end) {
  const long sum = std::accumulate(
      begin, end, 0L, [](long before, const Holdings& h) { return before + h.resident_kib; });
  return sum / std::max<long>(end - begin, 1);
}

/// One sample a second; the first third is the time to warm up and is not kept.
std::vector<Holdings> watch(pid_t server, std::chrono::seconds duration) {
  std::vector<Holdings> samples;
  for (auto second = 0s; second < duration; ++second) {
    std::this_thread::sleep_for(1s);
    if (second >= duration / 3) samples.push_back(holdings_of(server));
  }
  return samples;
}

std::vector<std::thread> start_clients(Load& load) {
  const std::string small = post(clams::testing::kEmptyMmif);
  const std::string large = post(mmif_of(15000));
  const auto ask_small = [small](Load& l) { ask_well(l, small, 0ms); };
  const auto ask_large = [large](Load& l) { ask_well(l, large, 20ms); };
  const auto leave_early = [large](Load& l) { leave(l, large); };
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(load.start(ask_small));
  for (int i = 0; i < 3; ++i) clients.push_back(load.start(ask_slowly));
  clients.push_back(load.start(ask_large));
  clients.push_back(load.start(ask_badly));
  clients.push_back(load.start(leave_early));
  return clients;
}

void check(const Holdings& before, const std::vector<Holdings>& samples, const Holdings& after) {
  const Holdings* const first = samples.data();
  const Holdings* const middle = first + samples.size() / 2;
  const Holdings* const last = first + samples.size();
  const long growth = mean_resident(middle, last) - mean_resident(first, middle);
  std::cout << "memory: " << mean_resident(middle, last) << " KiB, " << slope(samples)
            << " KiB a minute; descriptors " << before.descriptors << " -> " << after.descriptors
            << "; threads " << before.threads << " -> " << after.threads << '\n';
  require(growth <= kMostGrowthKib, "memory grew by " + std::to_string(growth) + " KiB");
  require(after.descriptors <= before.descriptors + kMostExtraDescriptors, "descriptors are left");
  require(after.threads == before.threads, "threads have come or gone");
}

int run(std::chrono::seconds duration) {
  std::array<int, 2> pipe{};
  require(::pipe(pipe.data()) == 0, "no pipe");
  const pid_t server = ::fork();
  if (server == 0) serve(pipe[1]);
  Load load{.port = 0};
  require(::read(pipe[0], &load.port, sizeof load.port) == sizeof load.port, "no server");
  const Holdings before = holdings_of(server);
  std::vector<std::thread> clients = start_clients(load);
  const std::vector<Holdings> samples = watch(server, duration);
  load.stopping = true;
  for (std::thread& client : clients) client.join();
  std::this_thread::sleep_for(1s);  // the server notes that they have left
  const Holdings after = holdings_of(server);
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  std::cout << load.requests << " requests in " << duration.count() << " s, " << load.odd_answers
            << " answered otherwise than expected\n";
  check(before, samples, after);
  require(load.odd_answers == 0, "requests were answered otherwise than expected");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program("soak_stress", "[SECONDS]", [&] {
    clams::stress::Arguments arguments{count, words};
    const auto seconds = arguments.only_number("SECONDS", 1, 1'000'000).value_or(15);
    arguments.refuse_others();
    return run(std::chrono::seconds{seconds});
  });
}
