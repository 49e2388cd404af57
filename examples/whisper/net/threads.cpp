// SPDX-License-Identifier: Apache-2.0
#include "net/torch_network.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <future>
#include <mutex>
#include <thread>

namespace whisper {
namespace {

int processors() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

void nothing(void* /*unused*/) {}

// GNU's OpenMP lets threads that wait for each other spin for milliseconds, unless it manages more
// threads than there are processors. If another program wants a processor, one of them is not
// running, and the others burn the time that it needs. OMP_WAIT_POLICY=passive ends that, but is
// read before main() begins. So one thread holds a team of more threads than there are processors;
// all of them sleep for good.
void park_team(std::promise<void>& parked) {
  using SetThreads = void (*)(int);
  using Parallel = void (*)(void (*)(void*), void*, unsigned, unsigned);
  auto* set_threads = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  auto* parallel = dlsym(RTLD_DEFAULT, "GOMP_parallel");
  if (set_threads != nullptr && parallel != nullptr) {  // else it is another OpenMP, or none
    const auto team = processors() + 1;
    reinterpret_cast<SetThreads>(set_threads)(team);
    reinterpret_cast<Parallel>(parallel)(nothing, nullptr, static_cast<unsigned>(team), 0);
  }
  parked.set_value();
  std::promise<void>{}.get_future().wait();
}

void wait_without_spinning() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OMP_WAIT_POLICY") != nullptr) return;  // somebody has decided
    std::promise<void> parked;
    std::thread{[&parked] { park_team(parked); }}.detach();
    parked.get_future().wait();
  });
}

}  // namespace

void use_threads(int threads) {
  const auto count = threads > 0 ? threads : processors();
  if (count > 1) wait_without_spinning();
  at::set_num_threads(count);
}

}  // namespace whisper
