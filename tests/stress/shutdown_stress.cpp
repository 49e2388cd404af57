// SPDX-License-Identifier: Apache-2.0
// SIGTERM while clients send as fast as they can: who was connected when it came gets an answer,
// and the process ends with 0.
//
//     shutdown_stress        CLAMS_STRESS_LOOPS (default: 10) times
#include "stress/served_process.hpp"
#include "stress/stress_program.hpp"
#include "support/http_client.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace {

using namespace std::chrono_literals;
using clams::stress::require;
using Clock = std::chrono::steady_clock;

constexpr int kClients = 8;

struct Tally {
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> unanswered = 0;  // of those who were connected before the signal
  std::atomic<int> odd = 0;         // neither 200 nor 503
  std::atomic<Clock::rep> signalled = Clock::duration::max().count();
};

/// @return whether the server is still there.
bool ask_once(const std::filesystem::path& socket, Tally& tally) {
  Clock::rep connected = 0;
  try {
    clams::testing::HttpClient client{socket};
    connected = Clock::now().time_since_epoch().count();
    client.send(clams::testing::http_request("POST", "/", clams::testing::kEmptyMmif));
    const int status = client.receive().status;
    ++(status == 200 ? tally.served : status == 503 ? tally.refused : tally.odd);
    return true;
  } catch (const std::exception&) {
    if (connected != 0 && connected < tally.signalled) ++tally.unanswered;
    return false;
  }
}

void work_for_a_moment(clams::Mmif& mmif, const clams::Parameters& parameters,
                       clams::RequestContext& context) {
  std::this_thread::sleep_for(1ms);
  clams::testing::add_labelled_frame(mmif, parameters, context);
}

void stop_under_load(int loop, Tally& sums) {
  clams::testing::ServedProcess app{
      work_for_a_moment, {"--log-level", "info", "--max-concurrency", "2", "--max-queue", "4"}};
  Tally tally;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      while (ask_once(app.socket(), tally)) continue;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{20 + loop * 7 % 50});
  tally.signalled = Clock::now().time_since_epoch().count();
  app.process().signal(SIGTERM);
  for (std::thread& client : clients) client.join();

  require(app.process().wait().exit_code == 0, "the process did not end with 0");
  require(tally.unanswered == 0, std::to_string(tally.unanswered) + " requests were not answered");
  require(tally.odd == 0, "an answer was neither 200 nor 503");
  require(tally.served > 0, "nothing was served");
  sums.served += tally.served;
  sums.refused += tally.refused;
}

int run() {
  const char* const wanted = std::getenv("CLAMS_STRESS_LOOPS");
  const int loops = wanted != nullptr ? std::atoi(wanted) : 10;
  Tally sums;
  for (int loop = 0; loop < loops; ++loop) stop_under_load(loop, sums);
  std::cout << loops << " ends under load: " << sums.served << " requests served, " << sums.refused
            << " refused, none unanswered\n";
  return 0;
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program_without_arguments("shutdown_stress", count, words, run);
}
