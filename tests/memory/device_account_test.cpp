// SPDX-License-Identifier: Apache-2.0
#include "memory/support/refusals.hpp"
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include <clams/memory/model_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using clams::Bytes;
using clams::DeviceAccount;
using clams::GpuMemory;
using clams::ModelPool;
using clams::RefusalCode;
using clams::testing::MemoryHost;
using clams::testing::refusal_of;
using clams::testing::SimulatedTensor;
using clams::testing::wants;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// A host whose requests do not wait.
struct BusyHost : MemoryHost {
  BusyHost() { options.on_busy = clams::BusyPolicy::reject; }
};

/// A device of which nobody knows the size, since it could not be read at start.
struct UnreadDevice {
  [[nodiscard]] std::unique_ptr<DeviceAccount> account() const {
    return std::make_unique<DeviceAccount>(
        clams::Device{.uuid = "GPU-new", .name = "new", .total = Bytes{0}},
        clams::LedgerOptions{.folder = folder.path() / "ledgers", .device = "GPU-new"},
        DeviceAccount::Parts{
            .probe = probe, .meter = *meter, .shelf = *shelf, .options = options, .clock = clock});
  }

  clams::testing::TemporaryFolder folder;
  clams::ManualClock clock;
  clams::MemoryOptions options;
  clams::SimulatedProbe probe{
      std::make_shared<clams::SimulatedGpus>(clams::parse_simulated_gpus("10GiB"), clock), {}};
  std::unique_ptr<clams::PeakMeter> meter =
      std::make_unique<clams::TrackingMeter>(clams::TrackingMeterOptions{.name = "none"});
  std::unique_ptr<clams::ModelShelf> shelf = std::make_unique<clams::ModelShelf>(clock);
};

clams::RequestNeed need_of_work(Bytes working) {
  return {.models = {{.key = "m",
                      .resident = Bytes{0},
                      .working = working,
                      .source = clams::RequirementSource::declared}}};
}

/// A model, and what happens when it is destroyed.
struct Farewell {
  explicit Farewell(std::function<void()> said) : say(std::move(said)) {}
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  Farewell(Farewell&&) = delete;
  Farewell& operator=(Farewell&&) = delete;
  ~Farewell() { say(); }

  std::function<void()> say;
};

/// Loads a model of 6 GiB, which is idle afterwards.
template <typename Model>
void load_idle(GpuMemory& memory, const ModelPool<Model>& models,
               const std::function<std::shared_ptr<Model>()>& load) {
  const auto request = memory.begin(wants("a", 6_GiB));
  static_cast<void>(models.acquire(*request, "a", [&](const clams::Device*) { return load(); }));
}

}  // namespace

TEST_CASE("a device that could not be read at start refuses nothing for good", "[memory]") {
  const UnreadDevice unread;
  const auto account = unread.account();

  CHECK(account->can_ever_fit(need_of_work(1000_GiB)));
}

TEST_CASE("a device that could not be read at start is as large as its cap", "[memory]") {
  UnreadDevice unread;
  unread.options.caps = {"cap", "GPU-new=4GiB"};
  const auto account = unread.account();

  CHECK(account->device().total == 4_GiB);
  CHECK_FALSE(account->can_ever_fit(need_of_work(5_GiB)));
}

TEST_CASE("a device that cannot be read is unknown under a cap, too", "[memory]") {
  BusyHost host;
  host.options.caps = {"cap", "0=4GiB"};
  const auto memory = host.process();
  host.gpus().fail_reads(0, "the driver is gone");

  const auto refusal = refusal_of(*memory, wants("m", 1_GiB));

  CHECK(refusal.code == RefusalCode::unknown);
  CHECK_THAT(refusal.detail, clams::testing::contains_text("the driver is gone"));
}

TEST_CASE("who has a context on a device leaves no room for one", "[memory]") {
  MemoryHost host;
  host.options.margin.reset();
  const auto memory = host.process();
  DeviceAccount& account = *memory->accounts().front();
  account.set_overhead({.context = 500_MiB, .residual = 100_MiB});
  const Bytes before = account.margin();

  const SimulatedTensor work{host.gpus(), 0, 1_GiB};

  CHECK(account.margin() == before - 500_MiB);
}

TEST_CASE("a model whose memory does not come back is a leak", "[memory]") {
  BusyHost host;
  const auto memory = host.process();
  const ModelPool<SimulatedTensor> models;
  std::shared_ptr<SimulatedTensor> kept;
  load_idle<SimulatedTensor>(*memory, models, [&] {
    kept = std::make_shared<SimulatedTensor>(host.gpus(), 0, 6_GiB);
    return kept;
  });

  CHECK(refusal_of(*memory, wants("b", 6_GiB)).code == RefusalCode::insufficient);
  CHECK(memory->accounts()[0]->evictions() == 1);
  CHECK(memory->accounts()[0]->leaks() == 1);
}

TEST_CASE("a model is no leak while nobody can tell", "[memory]") {
  BusyHost host;
  const auto memory = host.process();
  const ModelPool<Farewell> models;
  load_idle<Farewell>(*memory, models, [&] {
    auto weights = std::make_shared<SimulatedTensor>(host.gpus(), 0, 6_GiB);
    return std::make_shared<Farewell>(
        [&host, weights] { host.gpus().fail_reads(0, "the driver is gone"); });
  });

  CHECK(refusal_of(*memory, wants("b", 6_GiB)).code == RefusalCode::unknown);
  CHECK(memory->accounts()[0]->evictions() == 1);
  CHECK(memory->accounts()[0]->leaks() == 0);
}

TEST_CASE("who is refused is told when the run ends that has what is missing", "[memory]") {
  BusyHost host;
  const auto memory = host.process();
  const auto request = wants("m", Bytes{0}, 6_GiB);
  memory->store()->raise(
      request.app, request.hash,
      {.peak = {}, .devices = {{"a GPU like no other", {.run_time = std::chrono::seconds{40}}}}});
  const auto running = memory->begin(request);
  host.clock.advance(20s);

  CHECK(refusal_of(*memory, request).retry_after <= 24s);  // 20 s, and a fifth
  host.gpus().take_foreign(0, 4_GiB);
  CHECK(refusal_of(*memory, wants("m", Bytes{0}, 10_GiB)).retry_after >= 32s);  // not from that run
}

TEST_CASE("a refusal names the GPUs only, even if the processor would do later", "[memory]") {
  MemoryHost host;
  host.options.max_per_gpu = 1;
  host.options.max_queue = 0;
  const auto memory = host.process();
  const auto running = memory->begin(wants("a", 1_GiB));
  auto request = wants("b", 1_GiB);
  request.declared =
      clams::ModelRequirements{clams::ModelRequirement{.key = "b", .resident = 1_GiB}}.or_else(
          "cpu", {});

  const auto refusal = refusal_of(*memory, request);

  CHECK(refusal.code == RefusalCode::no_gpu);
  CHECK(refusal.detail == "The GPU runs as many requests as it may: 1.");
}

TEST_CASE("memory that the allocator keeps for later makes room for a request", "[memory]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  std::optional<SimulatedTensor> kept;
  const auto memory = host.process([&] { kept.reset(); });
  kept.emplace(host.gpus(), 0, 6_GiB);

  CHECK(memory->begin(wants("m", 8_GiB))->device() != nullptr);

  CHECK_FALSE(kept.has_value());
}

TEST_CASE("what libraries take beside the allocator is left free from then on", "[memory]") {
  MemoryHost host;
  host.options.margin.reset();
  const auto memory = host.process();
  const auto run = [&](Bytes outside) {
    const auto request = memory->begin(wants("m", 1_GiB));
    const SimulatedTensor work{host.gpus(), 0, 1_GiB};
    host.gpus().take_foreign(0, outside);  // which no allocator sees
    request->finish(clams::RunEnd::succeeded);
  };
  run(500_MiB);  // the context
  const SimulatedTensor weights{host.gpus(), 0, 1_GiB};

  run(300_MiB);

  CHECK(memory->accounts()[0]->margin() == 300_MiB + clams::scaled(10_GiB, 0.02));
}
