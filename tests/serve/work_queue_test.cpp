// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/work_queue.hpp>

#include <condition_variable>
#include <functional>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

using clams::http::JobState;
using clams::http::WorkQueue;
using namespace std::chrono_literals;

namespace {

/// Waits for something to do, as a gate waits for clients.
class Desk final : public clams::http::IdleDuty {
 public:
  void perform() override {
    std::unique_lock lock{mutex_};
    ++at_it_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return called_ || closed_ || task_ != nullptr; });
    called_ = false;
    --at_it_;
    const auto task = std::exchange(task_, nullptr);
    lock.unlock();
    if (task) task();
  }
  void call_back() override {
    change([this] { called_ = true; });
  }

  void give(std::function<void()> task) {
    change([&] { task_ = std::move(task); });
  }
  void close() {
    change([this] { closed_ = true; });
  }
  void wait_for(std::size_t workers) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return at_it_ == workers; });
  }

 private:
  void change(const std::function<void()>& how) {
    {
      const std::scoped_lock lock{mutex_};
      how();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t at_it_ = 0;
  bool called_ = false;
  bool closed_ = false;
  std::function<void()> task_;
};

}  // namespace

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

TEST_CASE("workers on idle duty are called back for a job, and return to it", "[serve]") {
  Desk desk;
  WorkQueue queue{2, 8};
  queue.begin_idle_duty(desk);
  for (int round = 0; round < 100; ++round) {
    desk.wait_for(2);

    const auto one = queue.submit([](const std::stop_token&) {});
    const auto two = queue.submit([](const std::stop_token&) {});

    REQUIRE(one->wait_for(10s) == JobState::done);
    REQUIRE(two->wait_for(10s) == JobState::done);
  }
  desk.close();
  queue.end_idle_duty();
}

TEST_CASE("a worker runs the job that it submits on idle duty", "[serve]") {
  Desk desk;
  WorkQueue queue{2, 8};
  queue.begin_idle_duty(desk);
  desk.wait_for(2);
  std::thread::id submitter;
  std::thread::id runner;
  std::latch done{1};

  desk.give([&] {
    submitter = std::this_thread::get_id();
    (void)queue.submit([&](const std::stop_token&) { runner = std::this_thread::get_id(); },
                       [&](JobState) { done.count_down(); });
  });

  done.wait();
  CHECK(runner == submitter);
  desk.close();
  queue.end_idle_duty();
}

TEST_CASE("of two jobs that a worker submits on idle duty another runs one", "[serve]") {
  Desk desk;
  WorkQueue queue{2, 8};
  queue.begin_idle_duty(desk);
  desk.wait_for(2);
  std::latch both_run{2};
  std::latch done{2};

  desk.give([&] {
    for (int i = 0; i < 2; ++i) {
      (void)queue.submit([&](const std::stop_token&) { both_run.arrive_and_wait(); },
                         [&](JobState) { done.count_down(); });
    }
  });

  done.wait();
  desk.close();
  queue.end_idle_duty();
}

TEST_CASE("jobs run as ever when the idle duty has ended", "[serve]") {
  Desk desk;
  WorkQueue queue{1, 1};
  queue.begin_idle_duty(desk);
  desk.wait_for(1);
  desk.close();
  queue.end_idle_duty();

  const auto job = queue.submit([](const std::stop_token&) {});

  CHECK(job->wait_for(10s) == JobState::done);
}
