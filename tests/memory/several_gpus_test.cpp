// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include <clams/memory/insufficient_memory.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using clams::Bytes;
using clams::GpuMemory;
using clams::InsufficientMemory;
using clams::PlacementPolicy;
using clams::RefusalCode;
using clams::RequestMemory;
using clams::testing::contains_text;
using clams::testing::MemoryHost;
using clams::testing::wants;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

using Running = std::unique_ptr<RequestMemory>;

/// A host with four GPUs on which four requests each may run.
struct FourGpus : MemoryHost {
  FourGpus() : MemoryHost("16GiB,16GiB,16GiB,16GiB") {
    options.max_per_gpu = 4;
    options.on_busy = clams::BusyPolicy::reject;
  }
};

clams::MemoryRequest named(const std::string& id, Bytes need = 1_GiB) {
  auto request = wants("net", Bytes{0}, need);
  request.id = id;
  return request;
}

std::vector<Running> begin_all(GpuMemory& memory, int count) {
  std::vector<Running> running;
  for (int i = 0; i < count; ++i) running.push_back(memory.begin(named("r" + std::to_string(i))));
  return running;
}

std::vector<std::size_t> loads(GpuMemory& memory) {
  std::vector<std::size_t> result;
  for (const auto& account : memory.accounts()) result.push_back(account->slots().in_use());
  return result;
}

int index_of(const Running& running) { return running->device()->index; }

std::string refusal_text(GpuMemory& memory, clams::MemoryRequest request,
                         RefusalCode code = RefusalCode::no_gpu) {
  try {
    const auto admitted = memory.begin(std::move(request));
  } catch (const InsufficientMemory& error) {
    CHECK(error.refusal().code == code);
    return error.what();
  }
  FAIL("the request was admitted");
  return {};
}

std::string uuid_of(const MemoryHost& host, std::size_t gpu) {
  return host.gpus().installed()[gpu].uuid;
}

}  // namespace

TEST_CASE("the seventeenth request of sixteen slots over four GPUs is refused", "[memory]") {
  FourGpus host;
  SECTION("when it is not to wait") {}
  SECTION("when it may not wait at all") {
    host.options.on_busy = clams::BusyPolicy::wait;
    host.options.admission_timeout = 0ms;
  }
  SECTION("when too many wait already") {
    host.options.on_busy = clams::BusyPolicy::wait;
    host.options.max_queue = 0;
  }
  const auto memory = host.process();
  auto running = begin_all(*memory, 16);
  CHECK(loads(*memory) == std::vector<std::size_t>{4, 4, 4, 4});

  CHECK(
      refusal_text(*memory, named("late")) ==
      "No GPU available. All 4 GPUs run as many requests as they may: 4 each. Please retry later.");

  running.pop_back();
  CHECK(memory->begin(named("late"))->device() != nullptr);
}

TEST_CASE("threads at once never put more requests on a GPU than it may run", "[memory]") {
  FourGpus host;
  const auto memory = host.process();
  std::vector<std::future<bool>> results;
  std::promise<void> end;
  const auto ended = end.get_future().share();
  std::atomic<int> decided = 0;
  for (int i = 0; i < 24; ++i) {
    results.push_back(std::async(std::launch::async, [&] {
      try {
        const auto admitted = memory->begin(named("r"));
        ++decided;
        ended.wait();
        return true;
      } catch (const InsufficientMemory&) {
        ++decided;
        return false;
      }
    }));
  }
  while (decided < 24) std::this_thread::yield();

  const auto most = loads(*memory);
  end.set_value();
  CHECK(*std::max_element(most.begin(), most.end()) == 4);
  const auto admitted =
      std::count_if(results.begin(), results.end(), [](auto& result) { return result.get(); });
  CHECK(admitted == 16);
  CHECK(loads(*memory) == std::vector<std::size_t>{0, 0, 0, 0});
}

TEST_CASE("who waits for a slot gets it when another request ends, on whichever GPU", "[memory]") {
  FourGpus host;
  host.options.on_busy = clams::BusyPolicy::wait;
  const auto memory = host.process();
  auto running = begin_all(*memory, 16);
  auto waiting = std::async(std::launch::async, [&] {
    const auto late = memory->begin(named("late"));
    return index_of(late);
  });
  while (memory->counts().waiting == 0) std::this_thread::yield();
  const int freed = index_of(running.back());

  running.pop_back();

  CHECK(waiting.get() == freed);
}

TEST_CASE("each allocation and each release is one line of the log", "[memory]") {
  MemoryHost host{"15.75GiB,15.75GiB,15.75GiB"};
  host.options.max_per_gpu = 4;
  host.options.pin_to = "2";
  const auto memory = host.process();
  auto first = memory->begin(named("first", 4_GiB));
  auto second = memory->begin(named("second", 4_GiB));

  auto third = memory->begin(named("abc-123", clams::parse_bytes("3.2GiB")));
  CHECK_THAT(
      host.log.text(),
      contains_text("Allocated GPU 2 to request abc-123 (Load: 3/4, Memory: 11.2/15.75 GB)"));
  third.reset();

  CHECK_THAT(host.log.text(), contains_text("Released GPU 2 from request abc-123 (Load: 2/4, "
                                            "Memory: 8.0/15.75 GB)"));
}

TEST_CASE("without a limit of requests the log says so", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  { const auto request = memory->begin(named("r", 2_GiB)); }

  CHECK_THAT(host.log.text(), contains_text("Allocated GPU 0 to request r (Load: 1/unlimited, "
                                            "Memory: 2.0/10.00 GB)"));
  CHECK_THAT(host.log.text(), contains_text("Released GPU 0 from request r (Load: 0/unlimited, "
                                            "Memory: 0.0/10.00 GB)"));
}

TEST_CASE("requests take turns, go to the emptiest, or fill one GPU, as the policy says",
          "[memory]") {
  FourGpus host;
  SECTION("round robin") {
    host.options.placement = PlacementPolicy::round_robin;
    const auto memory = host.process();
    const auto running = begin_all(*memory, 5);
    CHECK(loads(*memory) == std::vector<std::size_t>{2, 1, 1, 1});
    CHECK(index_of(running[3]) == 3);
  }
  SECTION("least loaded") {
    host.options.placement = PlacementPolicy::least_loaded;
    const auto memory = host.process();
    host.gpus().take_foreign(0, 1_GiB);
    const auto running = begin_all(*memory, 6);
    CHECK(index_of(running[3]) == 0);
    CHECK(loads(*memory) == std::vector<std::size_t>{1, 2, 2, 1});
  }
  SECTION("best fit") {
    const auto memory = host.process();
    const auto running = begin_all(*memory, 6);
    CHECK(loads(*memory) == std::vector<std::size_t>{4, 2, 0, 0});
  }
}

TEST_CASE("a pinned request waits for its GPU although another one is idle", "[memory]") {
  FourGpus host;
  host.options.placement = PlacementPolicy::pinned;
  SECTION("as the operator says, by the beginning of a UUID") {
    host.options.pin_to = uuid_of(host, 3).substr(0, 14);
    const auto memory = host.process();
    const auto running = begin_all(*memory, 4);

    CHECK(loads(*memory) == std::vector<std::size_t>{0, 0, 0, 4});
    CHECK(refusal_text(*memory, named("late")) ==
          "No GPU available. The GPU runs as many requests as it may: 4. Please retry later.");
  }
  SECTION("as the app says for this request, whatever the operator prefers") {
    host.options.pin_to = "3";
    const auto memory = host.process();
    auto request = wants("net", 15_GiB);
    request.declared = clams::ModelRequirements{
        clams::ModelRequirement{.key = "net", .resident = 15_GiB, .preferred_device = 1}};
    host.gpus().take_foreign(1, 2_GiB);

    refusal_text(*memory, request, RefusalCode::insufficient);
    host.gpus().release_foreign(1, 2_GiB);
    CHECK(index_of(memory->begin(request)) == 1);
  }
}

TEST_CASE("what to run on must be there", "[memory]") {
  FourGpus host;
  host.options.placement = PlacementPolicy::pinned;
  const auto memory = host.process();
  auto request = wants("net", 1_GiB);
  request.declared = clams::ModelRequirements{
      clams::ModelRequirement{.key = "net", .resident = 1_GiB, .preferred_device = 4}};
  CHECK_THROWS_WITH(memory->begin(request), "the request is pinned to GPU 4, but there are only 4");

  host.options.pin_to = "GPU-none";

  CHECK_THROWS_WITH(host.process(), contains_text("GPU GPU-none, but this process sees only 4"));
}

TEST_CASE("each GPU has a cap of its own, by UUID, whatever order CUDA counts in", "[memory]") {
  MemoryHost host{"16GiB,16GiB"};
  host.options.on_busy = clams::BusyPolicy::reject;
  host.options.caps = {"cap", uuid_of(host, 1) + "=4GiB,GPU-hidden=1GiB"};
  host.environment = clams::Environment{{{"CUDA_VISIBLE_DEVICES", GENERATE("0,1", "1,0")}}};
  const auto memory = host.process();

  const auto large = memory->begin(named("large", 10_GiB));
  const auto small = memory->begin(named("small", 4_GiB));

  CHECK(large->device()->uuid == uuid_of(host, 0));
  CHECK(small->device()->uuid == uuid_of(host, 1));
  CHECK(small->device()->total == 4_GiB);
  refusal_text(*memory, named("more", 7_GiB), RefusalCode::insufficient);
  CHECK_THAT(host.log.text(), contains_text("a limit is set for GPU GPU-hidden"));
}

TEST_CASE("what is left free for others stays free, on top of the margin", "[memory]") {
  MemoryHost host{"16GiB,16GiB"};
  host.options.on_busy = clams::BusyPolicy::reject;
  host.options.margin = 1_GiB;
  host.options.leave_free = {"leave", "2GiB,0=6GiB"};
  const auto memory = host.process();

  CHECK(memory->accounts()[0]->margin() == 7_GiB);
  CHECK(memory->accounts()[1]->margin() == 3_GiB);
  CHECK(index_of(memory->begin(named("a", 13_GiB))) == 1);
  CHECK(index_of(memory->begin(named("b", 9_GiB))) == 0);
  refusal_text(*memory, named("c", 14_GiB), RefusalCode::too_large);
}

TEST_CASE("nothing is dropped on one GPU while another has room", "[memory]") {
  MemoryHost host{"10GiB,10GiB"};
  const auto memory = host.process();
  { auto held = memory->shelf().hold("idle", uuid_of(host, 0)); }
  const auto first = memory->begin(wants("a", 8_GiB));
  const auto second = memory->begin(wants("b", 8_GiB));

  CHECK(index_of(first) != index_of(second));
  CHECK(memory->accounts()[0]->evictions() == 0);
}

TEST_CASE("who waits is told his place in the line", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto first = memory->begin(named("first", 8_GiB));
  std::vector<std::future<Running>> waiting;
  for (std::size_t i = 0; i < 2; ++i) {
    waiting.push_back(std::async(std::launch::async, [&, i] {
      return memory->begin(named("w" + std::to_string(i), 8_GiB));
    }));
    while (memory->counts().waiting <= i) std::this_thread::yield();
  }

  std::vector<std::pair<std::string, std::size_t>> places;
  for (const auto& holder : memory->accounts()[0]->ledger().holders()) {
    if (holder.position > 0) places.emplace_back(holder.request, holder.position);
  }

  CHECK(places == std::vector<std::pair<std::string, std::size_t>>{{"w0", 1}, {"w1", 2}});
  host.clock.advance(2min);
  for (auto& one : waiting) CHECK_THROWS_AS(one.get(), InsufficientMemory);
}

TEST_CASE("nobody is refused because memory that was just taken counts twice", "[memory]") {
  MemoryHost host;
  host.options.on_busy = GENERATE(clams::BusyPolicy::reject, clams::BusyPolicy::wait);
  host.options.admission_timeout = 0ms;
  const auto asking = host.process();
  const auto holding = host.process();  // whose allocations are measured
  const auto running = holding->begin(named("running", 6_GiB));
  const clams::testing::SimulatedTensor taken{host.gpus(), 0, 6_GiB};

  CHECK(asking->begin(named("late", 3_GiB))->device() != nullptr);
}

TEST_CASE("what is really foreign is refused, however late its owners tell", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  const auto running = memory->begin(named("running", 4_GiB));
  host.gpus().take_foreign(0, 4_GiB);
  auto late = std::async(std::launch::async, [&] { return memory->begin(named("late", 3_GiB)); });

  while (late.wait_for(0s) != std::future_status::ready) memory->accounts()[0]->ledger().wake();

  CHECK_THROWS_WITH(late.get(), contains_text("Available: 2.00GB"));
}

TEST_CASE("who waits is answered in time: cancelled, or over its deadline", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto running = memory->begin(named("running", 8_GiB));
  auto late = named("late", 4_GiB);

  SECTION("cancelled") {
    std::stop_source stop;
    late.patience.stop = stop.get_token();
    stop.request_stop();
    CHECK_THROWS_WITH(memory->begin(late), contains_text("was cancelled"));
  }
  SECTION("over its deadline") {
    late.patience.deadline = host.clock.steady_now();
    CHECK_THROWS_WITH(memory->begin(late), contains_text("the time of request late was over"));
  }
  CHECK(memory->counts().waiting == 0);
}

TEST_CASE("only what a context could take is believed to be one", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  clams::DeviceAccount& account = *memory->accounts().front();

  account.note_outside(512_MiB, clams::OutsideKind::residual);
  CHECK_FALSE(account.overhead().has_value());  // without a context nothing is known
  account.note_outside(Bytes{-1}, clams::OutsideKind::context);
  account.note_outside(2_GiB, clams::OutsideKind::context);
  CHECK_FALSE(account.overhead().has_value());

  account.note_outside(256_MiB, clams::OutsideKind::context);
  account.note_outside(128_MiB, clams::OutsideKind::context);
  account.note_outside(512_MiB, clams::OutsideKind::residual);
  CHECK(account.overhead()->context == 256_MiB);
  CHECK(account.overhead()->residual == 512_MiB);
}

TEST_CASE("who waits for a model that another has been promised asks for its own part only",
          "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  host.gpus().take_foreign(0, 8_GiB);
  std::latch both_run{2};
  const auto ask = [&] {
    const auto running = memory->begin(wants("net", 4_GiB, 1_GiB));
    both_run.arrive_and_wait();
    return running->grant().promised();
  };
  auto one = std::async(std::launch::async, ask);
  auto other = std::async(std::launch::async, ask);
  while (memory->counts().waiting < 2) std::this_thread::yield();

  host.gpus().release_foreign(0, 4_GiB);  // the model, and the work of both

  CHECK(one.get() == 1_GiB);
  CHECK(other.get() == 1_GiB);
}
