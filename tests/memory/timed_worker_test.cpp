// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/detail/timed_worker.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

using clams::detail::TimedWorker;
using namespace std::chrono_literals;

TEST_CASE("a worker answers on a thread of its own", "[memory]") {
  TimedWorker worker;

  const auto thread = worker.ask<std::thread::id>([] { return std::this_thread::get_id(); }, 5s);

  REQUIRE(thread.has_value());
  CHECK(*thread != std::this_thread::get_id());
}

TEST_CASE("while a task hangs nothing else is begun, and callers need not wait", "[memory]") {
  TimedWorker worker;
  std::atomic<bool> has_begun = false;
  std::promise<void> release;
  std::atomic<int> others = 0;
  const auto hang = [&, gate = release.get_future().share()] {
    has_begun = true;
    gate.wait();
  };

  while (!has_begun) CHECK_FALSE(worker.run(hang, 10ms));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(worker.run([&] { ++others; }, 60s));
  CHECK(others == 0);
  release.set_value();
  while (!worker.run([&] { ++others; }, 5s)) std::this_thread::yield();

  CHECK(others == 1);
}

TEST_CASE("a task that could not be begun in time never is", "[memory]") {
  TimedWorker worker;
  std::promise<void> begun;
  std::promise<void> release;
  std::atomic<bool> ran = false;
  std::atomic<bool> done = false;
  std::thread first{[&] {
    const auto hang = [&] {
      begun.set_value();
      release.get_future().wait();
    };
    done = worker.run(hang, 60s);
  }};
  begun.get_future().wait();

  CHECK_FALSE(worker.run([&] { ran = true; }, 1ms));
  release.set_value();
  first.join();

  CHECK(done);
  CHECK(worker.run([] {}, 5s));
  CHECK_FALSE(ran);
}

TEST_CASE("a task that throws is not done, and the worker goes on", "[memory]") {
  TimedWorker worker;

  CHECK_FALSE(worker.run([] { throw std::runtime_error{"no"}; }, 5s));
  CHECK(worker.run([] {}, 5s));
}
