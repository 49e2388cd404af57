// SPDX-License-Identifier: Apache-2.0
#include "simulation/process.hpp"

#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/simulated_probe.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace clams::simulation {

using namespace std::chrono_literals;

Block::Block(Process& process, const Device& device, Bytes size)
    : process_(process), device_(device.index), size_(size), scope_(process.meter->innermost()) {
  World& world = process.world;
  const auto pending = process.pending.insert({process.installed(device), size});
  const int longest = world.plan.has_kills ? 40'000 : 1'000;  // the worst moment to die
  world.scheduler.sleep_for(world.random.between(0, longest) * 1us);
  process.pending.erase(pending);
  try {
    address_ = world.gpus->allocate(process.installed(device), size, process.number);
  } catch (const DeviceOutOfMemory& failure) {
    world.trace(failure.what());
    // Only somebody who asks nobody can take what was promised.
    if (!world.plan.has_foreigners)
      world.watch.fail(std::string{"over capacity: "} + failure.what());
    throw;
  }
  process.meter->add(device_, size, scope_);
}

Block::~Block() {
  process_.world.gpus->free(address_);
  process_.meter->add(device_, Bytes{0} - size_, scope_);
}

Process::Process(World& its_world, std::size_t index, int its_number, ProcessSystem& its_system)
    : world(its_world),
      plan(world.plan.processes[index]),
      number(its_number),
      system(its_system),
      models({.contexts = plan.contexts}) {
  GpuMemoryParts parts;
  parts.probe = std::make_unique<SimulatedProbe>(
      world.gpus, Environment{{{"CUDA_VISIBLE_DEVICES", plan.visible}}});
  auto its_meter = std::make_unique<Meter>();
  meter = its_meter.get();
  parts.meter = std::move(its_meter);
  parts.ledger_folder = "/simulated";
  parts.ledger_system = &system;
  parts.owner = "p" + std::to_string(number);
  parts.options = plan.options;
  parts.log = {.level = LogLevel::critical};
  memory = std::make_unique<GpuMemory>(std::move(parts));
}

int Process::installed(const Device& device) const {
  for (const Device& candidate : world.gpus->installed()) {
    if (candidate.uuid == device.uuid) return candidate.index;
  }
  throw std::runtime_error{"no such device"};
}

void Process::run() {
  std::vector<std::size_t> threads;
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    const std::string name = "p" + std::to_string(number) + " r" + std::to_string(i);
    threads.push_back(
        world.scheduler.start(number, name, [this, i] { serve(plan.requests[i], i); }));
  }
  for (const std::size_t thread : threads) world.scheduler.join(thread);
  for (const auto& account : memory->accounts()) world.tally.evictions += account->evictions();
  check_counts();
}

void Process::check_counts() {
  const AdmissionCounts counts = memory->counts();
  if (counts.waiting != 0) world.watch.fail("somebody waits who has been answered");
  std::size_t refused = 0;
  for (const std::size_t count : counts.refused) refused += count;
  if (refused != refusals_) {
    world.watch.fail(std::to_string(refused) + " refusals are counted, " +
                     std::to_string(refusals_) + " came");
  }
  if (answers_ != plan.requests.size()) {
    world.watch.fail(std::to_string(answers_) + " answers to " +
                     std::to_string(plan.requests.size()) + " requests");
  }
}

MemoryRequest Process::request_of(const RequestPlan& request, std::size_t place,
                                  const std::stop_source& stop) const {
  MemoryRequest asked{.id = "p" + std::to_string(number) + "-" + std::to_string(place),
                      .app = "app",
                      .hash = "0123456789abcdef0123456789abcdef"};
  if (request.is_declared) {
    const auto declared = [&](std::size_t index) {
      const ModelPlan& model = world.plan.models[index];
      const Bytes working = index == request.model ? request.working : model.working;
      return std::vector{
          ModelRequirement{.key = model.key, .resident = model.resident, .working = working}};
    };
    asked.declared = ModelRequirements{declared(request.model)};
    if (request.second_choice) {
      asked.declared =
          std::move(asked.declared).or_else("second", declared(*request.second_choice));
    }
  }
  asked.patience.stop = stop.get_token();
  if (request.deadline_after) {
    asked.patience.deadline = std::chrono::steady_clock::now() + *request.deadline_after;
  }
  return asked;
}

void Process::serve(const RequestPlan& request, std::size_t place) {
  world.scheduler.sleep_for(request.arrival);
  std::stop_source stop;
  const Time asked = world.scheduler.now();
  std::size_t canceller = 0;
  if (request.cancelled_after) {
    canceller = world.scheduler.start(number, world.scheduler.name() + " client", [&] {
      world.scheduler.sleep_for(*request.cancelled_after);
      stop.request_stop();
    });
  }
  bool is_answered = false;
  const auto answer = [&](const std::string& how) {
    if (std::exchange(is_answered, true)) return;
    ++answers_;
    world.trace(how);
    look_at_answer(request, asked);
  };
  try {
    world.trace("asks for " + world.plan.models[request.model].key + " + " +
                to_text(request.working));
    const auto granted = memory->begin(request_of(request, place, stop));
    answer("granted " + to_text(granted->grant().promised()) + " on " +
           std::to_string(granted->device() != nullptr ? granted->device()->index : -1));
    note_grant(*granted);
    use(*granted, request);
  } catch (const InsufficientMemory& refusal) {
    if (!is_answered) ++refusals_;
    answer(refusal.what());
    ++world.tally.refused;
  } catch (const Error& error) {
    const bool is_early =
        error.code() == ErrorCode::cancelled || error.code() == ErrorCode::deadline_exceeded;
    ++(is_early ? world.tally.ended_early : world.tally.errors);
    if (!is_early && world.plan.faults_per_thousand == 0) world.watch.fail(error.what());
    answer(error.what());
  }
  if (canceller != 0) world.scheduler.join(canceller);
  world.trace("is done");
}

void Process::look_at_answer(const RequestPlan& request, Time asked) {
  constexpr Time kSlack = 1500ms;  // a poll or two, and the others who hold the locks
  Time limit = plan.options.admission_timeout;
  if (request.cancelled_after) limit = std::min(limit, *request.cancelled_after);
  if (request.deadline_after) limit = std::min(limit, *request.deadline_after);
  const Time took = world.scheduler.now() - asked;
  if (took > limit + kSlack) {
    world.watch.fail(
        "was answered after " +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) +
        " ms");
  }
}

void Process::note_grant(const RequestMemory& granted) {
  ++world.tally.granted;
  if (granted.grant().waited() == 0ms) return;
  ++world.tally.waited;
  if (!world.plan.is_calm() || !system.waited_in_vain()) return;
  ++world.tally.polled;
  // The ladder's time brings about the lower rungs; room is made by somebody, who wakes the others.
  if (granted.rung().empty() && !is_counted_twice(*granted.device())) {
    world.watch.fail("room was made, and nobody told");
  }
}

/// Whether some memory is promised and foreign at once, until whoever took it tells. Nobody is told
/// when that begins, and an earlier request that lacks just so much room may be overtaken
/// meanwhile.
bool Process::is_counted_twice(const Device& device) {
  const auto read = [&] { return world.gpus->read(installed(device)).memory().value(); };
  const auto& accounts = memory->accounts();
  return std::any_of(accounts.begin(), accounts.end(), [&](const auto& account) {
    return account->device().uuid == device.uuid && account->ledger().look(read).foreign > Bytes{0};
  });
}

void Process::use(RequestMemory& granted, const RequestPlan& request) {
  try {
    if (!request.is_declared) {
      const Bytes half{granted.grant().need().total().count() / 2};
      work(granted, request, nullptr, half);
    } else {
      const bool is_second = granted.rung() == "second";
      const std::size_t index = is_second ? *request.second_choice : request.model;
      use_model(granted, request, world.plan.models[index]);
    }
    static_cast<void>(granted.finish(RunEnd::succeeded));
  } catch (const DeviceOutOfMemory&) {
    static_cast<void>(granted.finish(RunEnd::out_of_memory));
    memory->free_idle(granted.device()->uuid);
  } catch (const std::runtime_error& failure) {
    world.trace(failure.what());
    static_cast<void>(granted.finish(RunEnd::failed));
  }
  if (world.bug == Bug::leaked_promise) leak_promise();
}

void Process::use_model(RequestMemory& granted, const RequestPlan& request,
                        const ModelPlan& model) {
  const auto load = [&](const Device* device) {
    world.trace("loads " + model.key);
    world.scheduler.sleep_for(world.random.between(1, 300) * 1ms);
    if (request.load_fails) throw std::runtime_error{"the file is torn"};
    return std::make_shared<Model>(*this, *device, model.resident);
  };
  const auto lease = models.acquire(granted, model.key, load);
  if (world.bug == Bug::evicted_lease) break_lease(granted, model.key);
  work(granted, request, &model, granted.grant().promised());
}

void Process::work(RequestMemory& granted, const RequestPlan& request, const ModelPlan* model,
                   Bytes most) {
  const Device& device = *granted.device();
  constexpr int kSteps = 4;
  constexpr std::int64_t kRounding = 512;  // of the GPUs
  std::vector<std::unique_ptr<Block>> blocks;
  const Bytes each{most.count() / kSteps / kRounding * kRounding};
  for (int step = 0; step < kSteps; ++step) {
    if (each > Bytes{0}) blocks.push_back(std::make_unique<Block>(*this, device, each));
    world.scheduler.sleep_for(request.length / kSteps);
    if (model != nullptr) look_at_lease(device, model->key);
  }
}

void Process::look_at_lease(const Device& device, const std::string& key) {
  for (const ModelStatus& model : memory->shelf().list()) {
    if (model.key != key || model.device != device.uuid) continue;
    if (!model.is_loaded) world.watch.fail("the model " + key + " was evicted while in use");
    if (model.promised == Bytes{0}) world.watch.fail("nothing is promised for " + key);
    return;
  }
  world.watch.fail("the model " + key + " was evicted while in use");
}

void Process::break_lease(const RequestMemory& granted, const std::string& key) {
  const ModelHold hold = granted.grant().hold(key);
  const ModelHold one_too_few{memory->shelf(),
                              std::const_pointer_cast<ResidentModel>(hold.share())};
}

void Process::leak_promise() {
  Ledger& ledger = memory->accounts()[0]->ledger();
  world.leaks.push_back(ledger.enter({.need = Bytes{1}}));
  static_cast<void>(memory->accounts()[0]->try_promise(world.leaks.back()));
}

}  // namespace clams::simulation
