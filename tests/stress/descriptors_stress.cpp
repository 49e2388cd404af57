// SPDX-License-Identifier: Apache-2.0
// A server that may have 64 descriptors, and has lost most of them: clients that say nothing take
// the rest, and yet probes and requests are answered, without a loop that eats the processor.
#include "stress/served_process.hpp"
#include "stress/stress_program.hpp"
#include "support/http_client.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <list>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using clams::stress::require;
using clams::testing::HttpClient;
using Seconds = std::chrono::duration<double>;

constexpr rlim_t kDescriptors = 64;
constexpr int kLost = 36;
constexpr int kSilent = 60;
constexpr int kProbes = 50;
constexpr Seconds kMostDelay{1.0};
constexpr double kMostLoad = 0.2;

void lose_descriptors() {
  const rlimit limit{.rlim_cur = kDescriptors, .rlim_max = kDescriptors};
  require(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit failed");
  for (int i = 0; i < kLost; ++i) require(::dup(STDERR_FILENO) >= 0, "dup failed");
}

/// The processor time of a process.
Seconds processor_time(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream fields{text.substr(text.rfind(')') + 2)};
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return Seconds{(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

/// The longest time that a probe on a connection of its own took.
Seconds probe(const std::filesystem::path& socket) {
  Seconds longest{0};
  for (int i = 0; i < kProbes; ++i) {
    const auto start = std::chrono::steady_clock::now();
    HttpClient client{socket};
    client.send(clams::testing::http_request("GET", "/healthz"));
    require(client.receive().status == 200, "/healthz was not answered 200");
    longest = std::max(longest, Seconds{std::chrono::steady_clock::now() - start});
  }
  return longest;
}

int run() {
  clams::testing::ServedProcess app{
      clams::testing::add_labelled_frame, {"--log-level", "info"}, lose_descriptors};
  std::list<HttpClient> silent;
  for (int i = 0; i < kSilent; ++i) silent.emplace_back(app.socket());

  const Seconds delay = probe(app.socket());
  const Seconds before = processor_time(app.process().pid());
  std::this_thread::sleep_for(1s);
  const Seconds used = processor_time(app.process().pid()) - before;
  HttpClient client{app.socket()};
  client.send(clams::testing::http_request("POST", "/", clams::testing::kEmptyMmif));
  const int status = client.receive().status;
  app.process().signal(SIGTERM);
  const auto ended = app.process().wait();

  std::cout << kSilent << " silent clients on " << kDescriptors - kLost
            << " descriptors: the slowest probe took " << delay.count() << " s, an idle second "
            << used.count() << " s of a processor\n";
  require(delay < kMostDelay, "a probe waited too long");
  require(used.count() < kMostLoad, "waiting for descriptors ate the processor");
  require(status == 200, "a request was not served");
  require(ended.err.find("no room for a connection") != std::string::npos,
          "the descriptors did not run out: this test tests nothing");
  require(ended.exit_code == 0, "the process did not end with 0");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program_without_arguments("descriptors_stress", count, words, run);
}
