// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/work_queue.hpp>

#include <latch>
#include <mutex>
#include <string>

using clams::http::JobState;
using clams::http::WorkQueue;
using namespace std::chrono_literals;

TEST_CASE("a job runs and is done", "[serve]") {
  WorkQueue queue{1, 1};
  bool ran = false;

  const auto job = queue.submit([&](const std::stop_token&) { ran = true; });

  REQUIRE(job->wait_for(10s) == JobState::done);
  CHECK(ran);
}

TEST_CASE("no more jobs wait than the limit allows", "[serve]") {
  WorkQueue queue{1, 1};
  std::latch begun{1};
  std::latch may_end{1};
  const auto first = queue.submit([&](const std::stop_token&) {
    begun.count_down();
    may_end.wait();
  });
  begun.wait();

  const auto second = queue.submit([](const std::stop_token&) {}, {}, "second");
  const auto third = queue.submit([](const std::stop_token&) {});

  REQUIRE(queue.line().size() == 1);
  CHECK(queue.line().front().name == "second");
  CHECK(second != nullptr);
  CHECK(third == nullptr);
  CHECK(queue.counts().running == 1);
  CHECK(queue.counts().waiting == 1);
  may_end.count_down();
  CHECK(second->wait_for(10s) == JobState::done);
}

TEST_CASE("a limit of zero still lets a free worker take a job", "[serve]") {
  WorkQueue queue{1, 0};

  const auto job = queue.submit([](const std::stop_token&) {});

  REQUIRE(job != nullptr);
  CHECK(job->wait_for(10s) == JobState::done);
}

TEST_CASE("jobs start in the order in which they came", "[serve]") {
  WorkQueue queue{1, 8};
  std::latch may_begin{1};
  std::string order;
  const auto gate = queue.submit([&](const std::stop_token&) { may_begin.wait(); });
  std::shared_ptr<clams::http::Job> last;
  for (const char name : {'a', 'b', 'c'}) {
    last = queue.submit([&order, name](const std::stop_token&) { order += name; });
  }

  may_begin.count_down();

  REQUIRE(last->wait_for(10s) == JobState::done);
  CHECK(order == "abc");
}

TEST_CASE("an abandoned job leaves the line, or is asked to stop", "[serve]") {
  WorkQueue queue{1, 2};
  std::latch begun{1};
  const auto running = queue.submit([&](const std::stop_token& stop) {
    begun.count_down();
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any{}.wait(lock, stop, [] { return false; });
  });
  begun.wait();
  bool ran = false;
  const auto waiting = queue.submit([&](const std::stop_token&) { ran = true; });

  queue.abandon(waiting);
  queue.abandon(running);

  CHECK(waiting->wait_for(10s) == JobState::refused);
  CHECK(running->wait_for(10s) == JobState::done);
  CHECK_FALSE(ran);
}

TEST_CASE("draining refuses those who wait and lets the running end", "[serve]") {
  WorkQueue queue{1, 2};
  std::latch begun{1};
  std::latch may_end{1};
  const auto running = queue.submit([&](const std::stop_token&) {
    begun.count_down();
    may_end.wait();
  });
  begun.wait();
  const auto waiting = queue.submit([](const std::stop_token&) {});

  queue.drain();

  CHECK(waiting->wait_for(10s) == JobState::refused);
  CHECK(queue.submit([](const std::stop_token&) {}) == nullptr);
  CHECK_FALSE(queue.wait_until_idle(0ms));
  may_end.count_down();
  CHECK(running->wait_for(10s) == JobState::done);
  CHECK(queue.wait_until_idle(10s));
}
