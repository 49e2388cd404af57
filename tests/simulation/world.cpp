// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.hpp"

#include "simulation/process.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/ledger_folder.hpp>
#include <clams/util/scope_exit.hpp>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace clams::simulation {

using namespace std::chrono_literals;

World::World(std::uint64_t seed, Bug its_bug, Trace trace, Tally& its_tally)
    : scheduler(seed),
      bug(its_bug),
      plan(draw_plan(seed, bug)),
      random(~seed),
      tally(its_tally),
      watch(scheduler, bug),
      files([this](Files::File& file) { watch.look(file, capacity_of(file.path)); }),
      gpus(std::make_shared<SimulatedGpus>(plan.gpus)),
      trace_(trace),
      installed_(gpus->installed()),
      places_(plan.processes.size()) {}

World::~World() = default;

void World::trace(const std::string& what) const {
  if (trace_ == Trace::off) return;
  const double milliseconds = std::chrono::duration<double, std::milli>(scheduler.now()).count();
  std::printf("%12.3f ms  %-16s %s\n", milliseconds, scheduler.name().c_str(), what.c_str());
}

std::optional<std::string> World::run() {
  ++tally.runs;
  scheduler.start(0, "host", [this] { live(); });
  try {
    scheduler.run();
    if (!watch.failure()) look_at_end();
  } catch (const std::runtime_error& failure) {
    watch.fail(failure.what());
  }
  return watch.failure();
}

void World::live() {
  for (std::size_t i = 0; i < places_.size(); ++i) start_process(i);
  for (const EventPlan& event : plan.events) {
    scheduler.sleep_until(event.at);
    happen(event);
  }
}

void World::start_process(std::size_t index) {
  const int number = ++last_number_;
  Place& place = places_[index];
  place.number = number;
  place.system = std::make_unique<ProcessSystem>(
      number, ProcessSystem::Parts{.files = files,
                                   .random = random,
                                   .bug = bug,
                                   .faults = {plan.faults_per_thousand},
                                   .on_missed = [this] {
                                     if (!plan.has_kills) watch.fail("slept through a change");
                                   }});
  scheduler.start(number, "p" + std::to_string(number), [this, index, number] {
    Place& mine = places_[index];
    try {
      Process process{*this, index, number, *mine.system};
      mine.process = &process;
      const ScopeExit part{[&] {  // an operator at work there ends first, as a server's workers do
        mine.process = nullptr;
        while (mine.is_visited) scheduler.sleep_for(1ms);
      }};
      process.run();
    } catch (const Error& error) {
      ++tally.errors;
      if (plan.faults_per_thousand == 0) watch.fail(error.what());
    }
    mine.number = 0;
    if (leaks.empty() && files.open_count(number) != 0) watch.fail("left a file open");
  });
}

void World::kill_process(std::size_t index) {
  Place& place = places_[index];
  for (int i = 0; i < 100 && place.process != nullptr && place.process->pending.empty(); ++i) {
    scheduler.sleep_for(1ms);  // the worst moment: memory is promised, the device does not show it
  }
  if (place.number == 0) return;
  trace("kills p" + std::to_string(place.number));
  ++tally.killed;
  scheduler.kill(place.number);
  gpus->kill_owner(place.number);
  files.kill(place.number);
  if (place.process != nullptr) {
    for (const auto& [device, size] : place.process->pending) finish_allocation(device, size);
  }
  place.process = nullptr;
  dead_.push_back(std::move(place.system));
  start_process(index);
}

/// As a driver does with an allocation that was under way when its process died: the memory is
/// taken all the same, and comes back with the rest.
void World::finish_allocation(int device, Bytes size) {
  const Time lag = lag_of(plan.gpus[static_cast<std::size_t>(device)]);
  if (lag == 0ms) return;
  scheduler.start(0, "driver", [this, device, size, lag] {
    const Time start = scheduler.now();
    scheduler.sleep_until(start + lag / 2);
    try {
      gpus->take_foreign(device, size);
    } catch (const DeviceOutOfMemory& failure) {
      if (!plan.has_foreigners) watch.fail(std::string{"over capacity: "} + failure.what());
      return;
    }
    scheduler.sleep_until(start + lag);
    gpus->release_foreign(device, size);
  });
}

void World::happen(const EventPlan& event) {
  using Kind = EventPlan::Kind;
  const int device = static_cast<int>(event.target);
  switch (event.kind) {
    case Kind::foreign_takes:
      try {
        gpus->take_foreign(device, event.amount);
        trace("somebody else takes " + to_text(event.amount) + " of " + std::to_string(device));
      } catch (const DeviceOutOfMemory&) {
        trace("somebody else finds no room");
      }
      break;
    case Kind::foreign_leaves: gpus->release_foreign(device, event.amount); break;
    case Kind::reads_fail: gpus->fail_reads(device, "simulated"); break;
    case Kind::reads_heal: gpus->heal(device); break;
    case Kind::kill: kill_process(event.target); break;
    case Kind::unload: unload_model(places_[event.target]); break;
  }
}

void World::unload_model(Place& place) {
  if (place.process == nullptr) return;
  place.is_visited = true;
  const ScopeExit leave{[&] { place.is_visited = false; }};
  place.process->memory->unload(plan.models[0].key);
}

Bytes World::capacity_of(const std::string& path) const {
  for (const Device& device : installed_) {
    if (path.ends_with(ledger_file_name(device.uuid))) return device.total;
  }
  return Bytes{0};
}

void World::look_at_end() {
  const bool is_orderly = !plan.has_kills && plan.faults_per_thousand == 0;
  const auto leftovers = is_orderly ? Watch::Leftovers::none : Watch::Leftovers::expected;
  for (const auto& [path, file] : files.all()) watch.look_at_end(*file, leftovers);
  leaks.clear();
}

}  // namespace clams::simulation
