// SPDX-License-Identifier: Apache-2.0
#include "simulation/plan.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace clams::simulation {

namespace {

using namespace std::chrono_literals;
using namespace literals;

constexpr Bytes kPiece = 64_MiB;

class Draft {
 public:
  Draft(std::uint64_t seed, Bug bug) : random_(seed), bug_(bug) {}

  Plan draw() {
    is_crowd_ = random_.chance(20) || bug_ == Bug::forgotten_bypass;
    draw_gpus();
    draw_models();
    const auto processes = random_.between<std::size_t>(1, is_crowd_ ? 2 : 4);
    for (std::size_t i = 0; i < processes; ++i) draw_process();
    if (is_crowd_) return std::move(plan_);
    if (random_.chance(25)) draw_foreigners();
    if (random_.chance(35) || bug_ == Bug::no_grace) draw_kills();
    if (random_.chance(10)) draw_failing_reads();
    if (random_.chance(40)) draw_unloads();
    if (random_.chance(10)) plan_.faults_per_thousand = random_.between(1U, 20U);
    return std::move(plan_);
  }

 private:
  Bytes pick(Bytes low, Bytes high) {
    return Bytes{random_.between(low.count() / kPiece.count(), high.count() / kPiece.count()) *
                 kPiece.count()};
  }
  Time pick(Time low, Time high) { return Time{random_.between(low.count(), high.count())}; }

  /// Whole cards, or the slices of one, as MIG cuts them.
  void draw_gpus() {
    const bool is_sliced = random_.chance(25);
    const std::size_t count = is_crowd_ ? 1 : random_.between<std::size_t>(1, 4);
    const Bytes slice = pick(5_GiB, 10_GiB);
    for (std::size_t i = 0; i < count; ++i) {
      const bool has_lag = random_.chance(50) || bug_ == Bug::no_grace;
      plan_.gpus.push_back({.capacity = is_sliced ? slice : pick(6_GiB, 24_GiB),
                            .lag = has_lag ? pick(1ms, 800ms) : 0ms});
    }
  }

  void draw_models() {
    const auto count = random_.between<std::size_t>(1, is_crowd_ ? 2 : 4);
    for (std::size_t i = 0; i < count; ++i) {
      plan_.models.push_back(
          {.key = "model-" + std::to_string(i),
           .resident = pick(is_crowd_ ? kPiece : 1_GiB, is_crowd_ ? 1_GiB : 6_GiB),
           .working = pick(256_MiB, 3_GiB)});
    }
  }

  std::string draw_visible() {
    std::vector<std::size_t> order(plan_.gpus.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[random_.between<std::size_t>(0, i - 1)]);
    }
    if (random_.chance(30)) order.resize(random_.between<std::size_t>(1, order.size()));
    std::string list;
    for (const std::size_t index : order) {
      list += (list.empty() ? "" : ",") + std::to_string(index);
    }
    return list;
  }

  MemoryOptions draw_options() {
    MemoryOptions options;
    options.margin = random_.chance(50) ? Bytes{0} : pick(64_MiB, 512_MiB);
    options.on_busy = random_.chance(10) ? BusyPolicy::reject : BusyPolicy::wait;
    constexpr int kPolicies = static_cast<int>(PlacementPolicy::least_loaded);
    options.placement = static_cast<PlacementPolicy>(random_.between(0, kPolicies));
    options.admission_timeout = std::chrono::milliseconds{random_.between(1000, 15'000)};
    options.ladder_patience = std::chrono::milliseconds{random_.between(0, 2000)};
    options.max_queue = random_.chance(20) ? random_.between<std::size_t>(1, 6) : 64;
    options.max_per_gpu = random_.chance(20) ? random_.between<std::size_t>(1, 4) : 0;
    options.keep_alive = std::chrono::milliseconds{random_.between(200, 10'000)};
    Time longest{0};
    for (const SimulatedGpuOptions& gpu : plan_.gpus) longest = std::max(longest, lag_of(gpu));
    options.ledger_grace = std::chrono::ceil<std::chrono::milliseconds>(longest) +
                           std::chrono::milliseconds{random_.between(1, 500)};
    if (bug_ == Bug::no_grace) options.ledger_grace = 0ms;
    return options;
  }

  void draw_process() {
    ProcessPlan process{.visible = draw_visible(),
                        .options = draw_options(),
                        .contexts = random_.chance(30) ? random_.between<std::size_t>(1, 2) : 0,
                        .requests = {}};
    if (is_crowd_) process.options.on_busy = BusyPolicy::wait;
    const auto count = random_.between<std::size_t>(1, is_crowd_ ? 25 : 8);
    for (std::size_t i = 0; i < count; ++i) process.requests.push_back(draw_request(i));
    plan_.processes.push_back(std::move(process));
  }

  RequestPlan draw_request(std::size_t place) {
    RequestPlan request;
    request.model = random_.between<std::size_t>(0, plan_.models.size() - 1);
    request.working = pick(Bytes{0}, plan_.models[request.model].working);
    request.arrival = pick(0ms, is_crowd_ ? 1000ms : 3000ms);
    request.length = pick(1ms, is_crowd_ ? 300ms : 1500ms);
    if (is_crowd_) {  // one that needs nearly all, among many that need little
      request.working = place == 1 ? plan_.gpus[0].capacity - 2_GiB - 512_MiB : pick(kPiece, 2_GiB);
      return request;
    }
    if (random_.chance(15))
      request.second_choice = random_.between<std::size_t>(0, plan_.models.size() - 1);
    request.is_declared = !random_.chance(5);
    request.load_fails = random_.chance(5);
    if (random_.chance(10)) request.cancelled_after = pick(0ms, 3000ms);
    if (random_.chance(10)) request.deadline_after = pick(1ms, 3000ms);
    return request;
  }

  void draw_foreigners() {
    plan_.has_foreigners = true;
    const auto count = random_.between(1, 6);
    for (int i = 0; i < count; ++i) {
      const Time at = pick(0ms, 4000ms);
      const auto device = random_.between<std::size_t>(0, plan_.gpus.size() - 1);
      const Bytes amount = pick(256_MiB, 8_GiB);
      plan_.events.push_back({EventPlan::Kind::foreign_takes, at, device, amount});
      plan_.events.push_back(
          {EventPlan::Kind::foreign_leaves, at + pick(1ms, 3000ms), device, amount});
    }
  }

  void draw_kills() {
    plan_.has_kills = true;
    const auto count = random_.between(1, 3);
    for (int i = 0; i < count; ++i) {
      plan_.events.push_back({EventPlan::Kind::kill, pick(1ms, 4000ms),
                              random_.between<std::size_t>(0, plan_.processes.size() - 1)});
    }
  }

  void draw_failing_reads() {
    plan_.has_failing_reads = true;
    const auto device = random_.between<std::size_t>(0, plan_.gpus.size() - 1);
    const Time at = pick(0ms, 3000ms);
    plan_.events.push_back({EventPlan::Kind::reads_fail, at, device});
    plan_.events.push_back({EventPlan::Kind::reads_heal, at + pick(1ms, 2000ms), device});
  }

  void draw_unloads() {
    const auto count = random_.between(1, 4);
    for (int i = 0; i < count; ++i) {
      plan_.events.push_back({EventPlan::Kind::unload, pick(1ms, 4000ms),
                              random_.between<std::size_t>(0, plan_.processes.size() - 1)});
    }
  }

  Random random_;
  Bug bug_;
  Plan plan_;
  bool is_crowd_ = false;
};

}  // namespace

Plan draw_plan(std::uint64_t seed, Bug bug) {
  Plan plan = Draft{seed, bug}.draw();
  std::stable_sort(plan.events.begin(), plan.events.end(),
                   [](const EventPlan& a, const EventPlan& b) { return a.at < b.at; });
  return plan;
}

}  // namespace clams::simulation
