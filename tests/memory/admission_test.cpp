// SPDX-License-Identifier: Apache-2.0
#include "memory/support/refusals.hpp"
#include "support/catch.hpp"
#include "support/memory_host.hpp"

#include <future>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

using clams::Bytes;
using clams::GpuMemory;
using clams::RefusalCode;
using clams::testing::MemoryHost;
using clams::testing::promised;
using clams::testing::refusal_of;
using clams::testing::wants;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// Waits, in real time, for what another thread is about to do.
void wait_until(const std::function<bool()>& is_true) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!is_true() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  REQUIRE(is_true());
}

}  // namespace

TEST_CASE("a request that fits runs at once and gives its memory back at its end", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto request = memory->begin(wants("large", 6_GiB, 2_GiB));

  REQUIRE(request->device() != nullptr);
  CHECK(request->device()->index == 0);
  CHECK(request->grant().promised() == 2_GiB);
  CHECK(promised(*memory) == 8_GiB);

  request.reset();
  CHECK(promised(*memory) == Bytes{0});
}

TEST_CASE("a request that would never fit is refused at once", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();

  const auto refusal = refusal_of(*memory, wants("huge", 11_GiB));

  CHECK(refusal.code == RefusalCode::too_large);
  CHECK(refusal.required == 11_GiB);
}

TEST_CASE("a request that does not fit now is refused in the words that clients look for",
          "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  host.gpus().take_foreign(0, 5632_MiB);

  const auto refusal = refusal_of(*memory, wants("large", 6_GiB));

  CHECK(refusal_message(refusal) ==
        "Insufficient GPU memory for large. Required: 6.00GB, Available: 4.50GB. GPU may be in use "
        "by other processes. Please retry later.");
  CHECK(code_name(refusal.code) == "vram.insufficient");
  CHECK(refusal.retry_after >= 1s);
  CHECK(refusal.retry_after <= 60s);
}

TEST_CASE("a foreign process makes a request fail, and its leaving makes it succeed", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  host.gpus().take_foreign(0, 8_GiB);
  CHECK(refusal_of(*memory, wants("m", 4_GiB)).available == 2_GiB);

  host.gpus().release_foreign(0, 8_GiB);

  CHECK(memory->begin(wants("m", 4_GiB))->device() != nullptr);
}

TEST_CASE("a request waits until another one ends", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto first = memory->begin(wants("a", 6_GiB));
  auto second = std::async(std::launch::async,
                           [&] { return memory->begin(wants("b", 6_GiB))->device() != nullptr; });
  wait_until([&] { return memory->counts().waiting == 1; });

  first.reset();

  CHECK(second.get());
  CHECK(memory->counts().waiting == 0);
}

TEST_CASE("who waits too long is refused and told who has the memory", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto first = memory->begin(wants("a", 6_GiB));
  auto second =
      std::async(std::launch::async, [&] { return refusal_of(*memory, wants("b", 6_GiB)); });
  wait_until([&] { return memory->counts().waiting == 1; });

  host.clock.advance(61s);

  const auto refusal = second.get();
  CHECK(refusal.code == RefusalCode::insufficient);
  REQUIRE_FALSE(refusal.holders.empty());
  CHECK(refusal.holders.front().owner == "test-app");
}

TEST_CASE("a waiting request whose client has left is cancelled", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto first = memory->begin(wants("a", 6_GiB));
  std::stop_source client;
  auto request = wants("b", 6_GiB);
  request.patience.stop = client.get_token();
  auto second = std::async(std::launch::async, [&] { return memory->begin(request); });
  wait_until([&] { return memory->counts().waiting == 1; });

  client.request_stop();

  CHECK_THROWS_AS(second.get(), clams::Error);
  CHECK(promised(*memory) == 6_GiB);
}

TEST_CASE("the line of those who wait is bounded", "[memory]") {
  MemoryHost host;
  host.options.max_queue = 0;
  const auto memory = host.process();
  const auto first = memory->begin(wants("a", 6_GiB));

  CHECK(refusal_of(*memory, wants("b", 6_GiB)).code == RefusalCode::queue_full);
}

TEST_CASE("a device that cannot be read refuses, or runs on promises alone if told so",
          "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  host.gpus().fail_reads(0, "the driver is gone");
  SECTION("refuse") {
    const auto memory = host.process();
    const auto refusal = refusal_of(*memory, wants("m", 1_GiB));

    CHECK(refusal.code == RefusalCode::unknown);
    CHECK(refusal_message(refusal).find("the driver is gone") != std::string::npos);
  }
  SECTION("allow") {
    host.options.on_unknown = clams::UnknownPolicy::allow;
    const auto memory = host.process();
    const auto first = memory->begin(wants("m", 6_GiB));

    CHECK(refusal_of(*memory, wants("n", 6_GiB)).code == RefusalCode::insufficient);
    CHECK(memory->counts().unknown >= 1);
  }
}

TEST_CASE("two processes cannot both be promised the last memory", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto one = host.process();
  const auto other = host.process();
  const auto first = one->begin(wants("a", 6_GiB));

  const auto refusal = refusal_of(*other, wants("a", 6_GiB));

  CHECK(refusal.available == 4_GiB);
  CHECK(first->device() != nullptr);
}

TEST_CASE("the next rung of a ladder is taken when the first can never fit", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto request = wants("large", 20_GiB);
  request.declared =
      clams::ModelRequirements{clams::ModelRequirement{.key = "large", .resident = 20_GiB}}
          .or_else("int8", {{.key = "large-int8", .resident = 6_GiB}})
          .or_else("cpu", {});

  const auto first = memory->begin(request);

  CHECK(first->rung() == "int8");
  CHECK(first->device() != nullptr);
}

TEST_CASE("a request steps down only after it has waited, and then to the processor", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto first = memory->begin(wants("a", 6_GiB));
  auto request = wants("b", 6_GiB);
  request.declared =
      clams::ModelRequirements{clams::ModelRequirement{.key = "b", .resident = 6_GiB}}.or_else(
          "cpu", {});
  auto second = std::async(std::launch::async, [&] {
    const auto granted = memory->begin(request);
    return granted->device() == nullptr ? granted->rung() : "a device";
  });
  wait_until([&] { return memory->counts().waiting == 1; });

  host.clock.advance(6s);

  CHECK(second.get() == "cpu");
}

TEST_CASE("requests spread over the GPUs of a host", "[memory]") {
  MemoryHost host{"10GiB,10GiB"};
  host.options.on_busy = clams::BusyPolicy::reject;
  SECTION("the fullest that has room comes first") {
    const auto memory = host.process();
    host.gpus().take_foreign(1, 3_GiB);

    CHECK(memory->begin(wants("a", 5_GiB))->device()->index == 1);
    CHECK(memory->begin(wants("b", 8_GiB))->device()->index == 0);
  }
  SECTION("each has its fill") {
    host.options.max_per_gpu = 1;
    const auto memory = host.process();
    const auto first = memory->begin(wants("a", 1_GiB));
    const auto second = memory->begin(wants("b", 1_GiB));

    CHECK(first->device()->index != second->device()->index);
    CHECK(refusal_of(*memory, wants("c", 1_GiB)).code == RefusalCode::no_gpu);
  }
  SECTION("a preferred device is tried first") {
    const auto memory = host.process();
    auto request = wants("a", 1_GiB);
    request.declared = clams::ModelRequirements{
        clams::ModelRequirement{.key = "a", .resident = 1_GiB, .preferred_device = 1}};

    CHECK(memory->begin(request)->device()->index == 1);
  }
}

TEST_CASE("of runs whose need nobody knows there is one at a time on a GPU", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  host.options.factors.rule = 0.3;  // two would fit
  const auto here = host.process();
  const auto there = host.process();
  clams::MemoryRequest unknown = wants("", Bytes{0});
  unknown.declared = {};
  auto first = here->begin(unknown);

  const auto refusal = refusal_of(*there, unknown);
  CHECK(refusal.code == RefusalCode::insufficient);
  CHECK(refusal_message(refusal).find("Another run whose need is not known") != std::string::npos);
  CHECK(there->begin(wants("m", 2_GiB))->device() != nullptr);
  first.reset();

  CHECK(there->begin(unknown)->device() != nullptr);
}

TEST_CASE("who is refused comes back when a running request should have ended", "[memory]") {
  CHECK(clams::retry_after(10s, "a") >= 8s);
  CHECK(clams::retry_after(10s, "a") <= 12s);
  CHECK(clams::retry_after(0ms, "a") <= 6s);
  CHECK(clams::retry_after(1h, "a") == 60s);
  CHECK(clams::retry_after(1ms, "a") == 1s);
}

TEST_CASE("those who are refused together do not all come back together", "[memory]") {
  std::set<std::chrono::seconds> times;
  for (int i = 0; i < 100; ++i) times.insert(clams::retry_after(40s, "r" + std::to_string(i)));

  CHECK(times.size() > 8);
  CHECK(*times.begin() >= 32s);
  CHECK(*times.rbegin() <= 48s);
}
