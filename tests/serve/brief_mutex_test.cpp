// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/detail/brief_mutex.hpp>

#include <future>
#include <mutex>
#include <thread>
#include <vector>

using clams::detail::BriefMutex;

TEST_CASE("one thread at a time is behind a brief mutex", "[serve]") {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20000;
  BriefMutex mutex;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < kRounds; ++round) {
          const std::scoped_lock lock{mutex};
          ++count;
        }
      });
    }
  }
  CHECK(count == kThreads * kRounds);
}

TEST_CASE("who waits long for a brief mutex gets it when it is free", "[serve]") {
  BriefMutex mutex;
  std::unique_lock held{mutex};
  CHECK_FALSE(mutex.try_lock());
  std::promise<void> about_to_wait;
  auto other = std::async(std::launch::async, [&] {
    about_to_wait.set_value();
    const std::scoped_lock lock{mutex};
  });
  about_to_wait.get_future().wait();
  // By then he sleeps, as a rule; whether or not, he must end.
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();

  held.unlock();

  other.get();
  const std::scoped_lock lock{mutex};
}
