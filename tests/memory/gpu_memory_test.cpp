// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/model_pool.hpp>

#include <atomic>
#include <barrier>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using clams::Bytes;
using clams::Device;
using clams::GpuMemory;
using clams::ModelPool;
using clams::RequirementSource;
using clams::RunEnd;
using clams::testing::MemoryHost;
using clams::testing::promised;
using clams::testing::SimulatedTensor;
using clams::testing::wants;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

using Weights = SimulatedTensor;

ModelPool<Weights>::Load loads(const MemoryHost& host, Bytes size,
                               std::atomic<int>* count = nullptr) {
  return [&host, size, count](const Device* device) {
    if (count != nullptr) ++*count;
    return std::make_shared<Weights>(host.gpus(), device->index, size);
  };
}

clams::MemoryRequest undeclared() {
  auto request = wants("", Bytes{0});
  request.declared = {};
  return request;
}

}  // namespace

TEST_CASE("seventeen requests at once share one copy of a model", "[memory]") {
  constexpr int kRequests = 17;
  MemoryHost host{"24GiB"};
  const auto memory = host.process();
  const ModelPool<Weights> models;
  std::atomic<int> loaded = 0;
  std::atomic<std::int64_t> least_free = host.free().count();
  std::barrier all_working{kRequests};
  std::vector<std::jthread> threads;
  for (int i = 0; i < kRequests; ++i) {
    threads.emplace_back([&] {
      const auto request = memory->begin(wants("large", 3_GiB, 1_GiB));
      const auto model = models.acquire(*request, "large", loads(host, 3_GiB, &loaded));
      const SimulatedTensor working{host.gpus(), 0, 1_GiB};
      all_working.arrive_and_wait();
      least_free = std::min<std::int64_t>(least_free, host.free().count());
      all_working.arrive_and_wait();
    });
  }
  threads.clear();

  CHECK(loaded == 1);
  CHECK(Bytes{least_free} == 24_GiB - 3_GiB - 1_GiB * kRequests);
  CHECK(host.free() == 21_GiB);
}

TEST_CASE("a thousand threads that want a model load it once", "[memory]") {
  constexpr int kThreads = 1000;
  MemoryHost host;
  const auto memory = host.process();
  const ModelPool<Weights> models;
  const auto request = memory->begin(wants("m", 3_GiB));
  std::atomic<int> attempts = 0;
  std::atomic<int> failed = 0;
  std::atomic<bool> broken = true;
  const auto round = [&](int threads_count) {
    std::barrier start{threads_count};
    std::vector<std::jthread> threads;
    for (int i = 0; i < threads_count; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        try {
          const auto model = models.acquire(*request, "m", [&](const Device* device) {
            ++attempts;
            if (broken) throw std::runtime_error{"the file is torn"};
            return std::make_shared<Weights>(host.gpus(), device->index, 3_GiB);
          });
        } catch (const std::runtime_error&) {
          ++failed;
        }
      });
    }
  };

  round(20);
  CHECK(failed == 20);
  CHECK(attempts <= 20);

  broken = false;
  attempts = 0;
  round(kThreads);
  CHECK(attempts == 1);
  CHECK(failed == 20);
}

TEST_CASE("a model gets a second copy on another GPU when the first has no room for more requests",
          "[memory]") {
  MemoryHost host{"5GiB,5GiB"};
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  const ModelPool<Weights> models;
  std::atomic<int> loaded = 0;
  const auto run = [&] {
    auto request = memory->begin(wants("large", 3_GiB, 2_GiB));
    auto model = models.acquire(*request, "large", loads(host, 3_GiB, &loaded));
    return std::pair{std::move(request), std::move(model)};
  };

  const auto first = run();
  const auto second = run();

  CHECK(first.first->device()->index != second.first->device()->index);
  CHECK(loaded == 2);
  CHECK(host.free(0) == 2_GiB);
  CHECK(host.free(1) == 2_GiB);
}

TEST_CASE("a request on a loaded model is charged its working part only", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const ModelPool<Weights> models;
  auto first = memory->begin(wants("m", 6_GiB, 1_GiB));
  { const auto model = models.acquire(*first, "m", loads(host, 6_GiB)); }
  first.reset();
  CHECK(promised(*memory) == 6_GiB);

  const auto second = memory->begin(wants("m", 6_GiB, 3_GiB));

  CHECK(second->grant().promised() == 3_GiB);
  CHECK(promised(*memory) == 9_GiB);
}

TEST_CASE("an idle model makes room for another one, a model in use does not", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  const ModelPool<Weights> models;
  auto first = memory->begin(wants("a", 6_GiB));
  auto lease = std::optional{models.acquire(*first, "a", loads(host, 6_GiB))};
  CHECK_THROWS_AS(memory->begin(wants("b", 6_GiB)), clams::InsufficientMemory);
  CHECK(host.free() == 4_GiB);

  lease.reset();
  first.reset();
  const auto second = memory->begin(wants("b", 6_GiB));

  CHECK(host.free() == 10_GiB);
  CHECK(memory->accounts()[0]->evictions() == 1);
  CHECK(memory->accounts()[0]->leaks() == 0);
}

TEST_CASE("a pinned model stays", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  const ModelPool<Weights> models{{.is_pinned = true}};
  auto first = memory->begin(wants("a", 6_GiB));
  { const auto lease = models.acquire(*first, "a", loads(host, 6_GiB)); }
  first.reset();

  CHECK_THROWS_AS(memory->begin(wants("b", 6_GiB)), clams::InsufficientMemory);
}

TEST_CASE("an idle model is dropped when its time is over", "[memory]") {
  MemoryHost host;
  host.options.keep_alive = 5min;
  const auto memory = host.process();
  const ModelPool<Weights> models;
  auto request = memory->begin(wants("m", 6_GiB));
  { const auto lease = models.acquire(*request, "m", loads(host, 6_GiB)); }
  request.reset();

  host.clock.advance(4min);
  memory->tidy_up();
  CHECK(host.free() == 4_GiB);

  host.clock.advance(2min);
  memory->tidy_up();
  CHECK(host.free() == 10_GiB);
  CHECK(promised(*memory) == Bytes{0});
}

TEST_CASE("another process that waits gets the memory of our idle models", "[memory]") {
  MemoryHost host;
  const auto ours = host.process();
  const ModelPool<Weights> models;
  auto request = ours->begin(wants("a", 6_GiB));
  { const auto lease = models.acquire(*request, "a", loads(host, 6_GiB)); }
  request.reset();
  const auto theirs = host.process();

  const auto other = theirs->begin(wants("b", 8_GiB));  // our housekeeper hears of it

  CHECK(other->device() != nullptr);
  CHECK(host.free() == 10_GiB);
}

TEST_CASE(
    "what is not declared is learned: the first run has most of the device, the next what it "
    "needs",
    "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto first = memory->begin(undeclared());
  CHECK(first->grant().need().source == RequirementSource::rule);
  CHECK(first->grant().need().total() == 8_GiB);
  { const SimulatedTensor work{host.gpus(), 0, 2_GiB}; }
  const auto report = first->finish(RunEnd::succeeded);
  first.reset();

  const auto second = memory->begin(undeclared());

  CHECK(report.allocated == 2_GiB);
  CHECK(second->grant().need().source == RequirementSource::recorded);
  CHECK(second->grant().need().total() == clams::scaled(2_GiB, 1.2));
}

TEST_CASE("a run that ran out of memory asks for more the next time", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto request = undeclared();
  request.metadata_typical = 1_GiB;
  auto first = memory->begin(request);
  CHECK(first->grant().need().total() == 1_GiB);
  const SimulatedTensor work{host.gpus(), 0, 3_GiB};
  host.gpus().fail_allocation(0, 1);
  CHECK_THROWS_AS(host.gpus().allocate(0, 2_GiB), clams::DeviceOutOfMemory);
  first->finish(RunEnd::out_of_memory);
  first.reset();

  CHECK(memory->begin(request)->grant().need().total() > 5_GiB);
  CHECK(memory->totals().out_of_memory == 1);
}

TEST_CASE("a run that was given up counts for what it took until then", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  auto request = undeclared();
  request.metadata_typical = 1_GiB;
  {
    const auto given_up = memory->begin(request);
    const SimulatedTensor work{host.gpus(), 0, 3_GiB};
    given_up->finish(RunEnd::failed);
  }

  CHECK(memory->begin(request)->grant().need().total() >= 3_GiB);
}

TEST_CASE("the peak of a request is its own while others run beside it", "[memory]") {
  MemoryHost host{"24GiB"};
  const auto memory = host.process();
  std::barrier together{2};
  std::vector<Bytes> peaks(2);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      const auto request = memory->begin(wants("m" + std::to_string(i), Bytes{0}, 4_GiB));
      const SimulatedTensor work{host.gpus(), 0, 1_GiB * (i + 1)};
      together.arrive_and_wait();
      peaks[static_cast<std::size_t>(i)] = request->finish(RunEnd::succeeded).allocated;
      together.arrive_and_wait();
    });
  }
  threads.clear();

  CHECK(peaks == std::vector<Bytes>{1_GiB, 2_GiB});
}

TEST_CASE("an exclusive model serves one request after the other", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const ModelPool<Weights> models{{.contexts = 1}};
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto request = memory->begin(wants("m", 3_GiB));
      const auto model = models.acquire(*request, "m", loads(host, 3_GiB));
      most = std::max<int>(most, ++inside);
      std::this_thread::yield();
      --inside;
    });
  }
  threads.clear();

  CHECK(most == 1);
}

TEST_CASE("memory of another process is not touched", "[memory]") {
  MemoryHost host;
  const auto memory = host.process();
  const SimulatedTensor foreign{host.gpus(), 0, 4_GiB};
  const ModelPool<Weights> models;
  auto request = memory->begin(wants("m", 3_GiB));
  { const auto lease = models.acquire(*request, "m", loads(host, 3_GiB)); }
  request.reset();

  CHECK(memory->unload("m"));
  CHECK(host.free() == 6_GiB);
}

TEST_CASE("without GPUs every request runs on the processor", "[memory]") {
  GpuMemory memory;
  const auto request = memory.begin(wants("m", 100_GiB));

  CHECK(request->device() == nullptr);
  CHECK(request->finish(RunEnd::succeeded).device.empty());
}

TEST_CASE("the margin shrinks once it is known what a context takes, and that is remembered",
          "[memory]") {
  MemoryHost host;
  host.options.margin.reset();
  const auto memory = host.process();
  CHECK(memory->accounts()[0]->margin() == 1_GiB);
  {
    const auto request = memory->begin(wants("m", 3_GiB));
    const SimulatedTensor work{host.gpus(), 0, 1_GiB};
    host.gpus().take_foreign(0, 500_MiB);  // stands for the context, which no allocator sees
    CHECK(request->finish(RunEnd::succeeded).device_peak == 1_GiB + 500_MiB);
  }

  CHECK(memory->accounts()[0]->margin() == 500_MiB + clams::scaled(10_GiB, 0.02));
  memory->store()->flush();
  CHECK(host.process()->accounts()[0]->margin() == 500_MiB + clams::scaled(10_GiB, 0.02));
}

TEST_CASE("what has run on a device is never too large for it", "[memory]") {
  MemoryHost host;
  host.options.margin.reset();
  const auto memory = host.process();
  {
    auto request = wants("m", 1_GiB);
    request.declared = {};
    const auto run = memory->begin(request);
    const SimulatedTensor work{host.gpus(), 0, 9_GiB};  // more than the rule gave it
    run->finish(RunEnd::succeeded);
  }

  CHECK(memory->begin(undeclared())->grant().promised() == 10_GiB);
}

TEST_CASE("a request that can make do with less gets that when the rest does not come",
          "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const auto memory = host.process();
  host.gpus().take_foreign(0, 4_GiB);
  auto request = wants("m", 4_GiB);
  request.declared = clams::ModelRequirements{
      clams::ModelRequirement{.key = "m", .resident = 4_GiB, .working = 4_GiB, .minimum = 5_GiB}};

  const auto run = memory->begin(request);

  CHECK(run->rung() == "minimum");
  CHECK(run->grant().promised() == 1_GiB);
}
