// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stress/stress_machine.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include <clams/app/app_runner.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/model_pool.hpp>
#include <clams/memory/tracking_meter.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <sys/prctl.h>
#include <thread>
#include <utility>
#include <vector>

// The app that app_stress runs in many processes: it takes memory of the stub's device.

namespace clams::testing {

using namespace clams::literals;
using namespace std::chrono_literals;

/// What an app says of its need.
enum class StressKind : std::size_t { declares, learns };
inline constexpr std::array kStressApps{"stress-declares", "stress-learns"};

inline constexpr Bytes kStressModel = 1_GiB;
inline constexpr Bytes kStressWork = 256_MiB;  // a little more with each run: the peaks rise

/// What the processes tell the host.
struct StressBoard {
  std::atomic<int> grace_ms;
  std::atomic<std::size_t> cards;
  std::atomic<LastCard> last_card;
  std::atomic<int> is_keyed_by_index;  ///< the bug
  std::atomic<std::uint64_t> runs;
  std::atomic<std::uint64_t> refusals;
  std::atomic<std::uint64_t> busy;  ///< answered so: a ledger's lock did not come in time
  std::atomic<std::uint64_t> over_commits;
  std::atomic<std::uint64_t> extra_copies;  ///< of a model that its process has on that GPU
  std::atomic<std::uint64_t> errors;
  std::atomic<std::int64_t> next_work;
  /// By app: the highest working peak that the store said is on the disk.
  std::array<std::atomic<std::int64_t>, kStressApps.size()> acknowledged;

  [[nodiscard]] StressMachine machine() const { return {.cards = cards, .last = last_card}; }

  void acknowledge(StressKind kind, std::int64_t peak) {
    auto& highest = acknowledged.at(static_cast<std::size_t>(kind));
    std::int64_t seen = highest.load();
    while (seen < peak && !highest.compare_exchange_weak(seen, peak)) {
    }
  }
};

/// Where everything lies that the processes share.
struct StressFolder {
  std::filesystem::path path;

  [[nodiscard]] std::filesystem::path driver() const { return path / "driver"; }
  [[nodiscard]] std::filesystem::path board() const { return path / "board"; }
  [[nodiscard]] std::filesystem::path profiles() const { return path / "profiles"; }
  [[nodiscard]] std::filesystem::path ledgers() const { return path / "ledgers"; }
};

inline MemoryOptions stress_options(const StressFolder& folder, std::chrono::milliseconds grace) {
  MemoryOptions options;
  options.margin = Bytes{0};  // what is promised too much is soon used too much
  options.factors.recorded = 1.05;
  options.admission_timeout = 2s;
  options.profile_dir = folder.profiles();
  options.ledger_dir = folder.ledgers();
  options.ledger_grace = grace;
  return options;
}

/// The allocator of the GPUs that one process sees, by the index that they have in it.
///
/// Ownership: borrows everything.
/// Threads: thread-safe.
/// Errors: none: whether the device has so much is what the test asks, so it is counted.
class StressAllocator {
 public:
  StressAllocator(std::vector<StubDevice*> devices, std::size_t place, AllocationObserver& observer,
                  StressBoard& board)
      : devices_(std::move(devices)), place_(place), observer_(observer), board_(board) {}

  std::uintptr_t allocate(int index, Bytes bytes) {
    const std::scoped_lock lock{mutex_};
    StubDevice& device = at(index);
    const std::uint64_t held = device.cells.at(place_).held;
    device.cells.set(place_, {.pending = mebibytes(bytes), .held = held});
    std::this_thread::sleep_for(100us);  // a moment to be killed in
    device.cells.set(place_, {.held = held + mebibytes(bytes)});
    if (device.taken() > device.total) ++board_.over_commits;
    observer_.on_allocated(index, ++last_, bytes);
    return last_;
  }

  void free(int index, std::uintptr_t address, Bytes bytes) {
    const std::scoped_lock lock{mutex_};
    StubDevice& device = at(index);
    const std::uint64_t held = device.cells.at(place_).held;
    device.cells.set(place_, {.held = held - mebibytes(bytes)});
    observer_.on_freed(index, address, bytes);
  }

  /// A copy of the model is there, or is not any more.
  void count_copy(int index, int change) {
    const std::scoped_lock lock{mutex_};
    if ((copies_[index] += change) > 1) ++board_.extra_copies;
  }

 private:
  static std::uint64_t mebibytes(Bytes bytes) {
    return static_cast<std::uint64_t>((bytes.count() + (1 << 20) - 1) >> 20);
  }

  [[nodiscard]] StubDevice& at(int index) const {
    return *devices_.at(static_cast<std::size_t>(index));
  }

  std::vector<StubDevice*> devices_;
  std::size_t place_;
  AllocationObserver& observer_;
  StressBoard& board_;
  std::mutex mutex_;  // guards what the cells hold, and all below
  std::uintptr_t last_ = 0;
  std::map<int, int> copies_;
};

/// Memory of the device, given back at the end.
class StressTensor {
 public:
  StressTensor(StressAllocator& allocator, int index, Bytes bytes)
      : allocator_(allocator),
        index_(index),
        bytes_(bytes),
        address_(allocator.allocate(index, bytes)) {}
  StressTensor(const StressTensor&) = delete;
  StressTensor& operator=(const StressTensor&) = delete;
  StressTensor(StressTensor&&) = delete;
  StressTensor& operator=(StressTensor&&) = delete;
  ~StressTensor() { allocator_.free(index_, address_, bytes_); }

 private:
  StressAllocator& allocator_;
  int index_;
  Bytes bytes_;
  std::uintptr_t address_;
};

/// A model: weights, of which a process needs but one copy on each GPU.
class StressModel {
 public:
  StressModel(StressAllocator& allocator, int index)
      : allocator_(allocator), index_(index), weights_(allocator, index, kStressModel) {
    allocator_.count_copy(index_, 1);
  }
  StressModel(const StressModel&) = delete;
  StressModel& operator=(const StressModel&) = delete;
  StressModel(StressModel&&) = delete;
  StressModel& operator=(StressModel&&) = delete;
  ~StressModel() { allocator_.count_copy(index_, -1); }

 private:
  StressAllocator& allocator_;
  int index_;
  StressTensor weights_;
};

/// Declares a model and a working part, and shares one copy of the model; or says nothing, so that
/// what it needs is learned from its runs.
class StressApp : public ClamsApp {
 public:
  StressApp(StressKind kind, StressAllocator& allocator, StressBoard& board)
      : kind_(kind), allocator_(allocator), board_(board) {}

  [[nodiscard]] AppMetadata app_metadata() const override {
    const std::string name = kStressApps.at(static_cast<std::size_t>(kind_));
    AppMetadata metadata{.name = name,
                         .description = "Takes memory.",
                         .app_license = "Apache-2.0",
                         .identifier = name,
                         .url = "https://example.org/" + name};
    metadata.add_output(types::kTimeFrame);
    return metadata;
  }
  [[nodiscard]] ModelRequirements model_requirements(const Parameters& /*p*/) const override {
    if (kind_ == StressKind::learns) return {};
    return {{.key = "m", .resident = kStressModel, .working = kStressWork + 10_MiB}};
  }
  void annotate(Mmif& mmif, const Parameters& /*p*/, RequestContext& context) override {
    if (kind_ == StressKind::learns) return work(mmif, context);
    const auto model = models_.acquire(context.memory(), "m", [this](const Device* device) {
      return std::make_shared<StressModel>(allocator_, device->index);
    });
    work(mmif, context);
  }

 private:
  void work(Mmif& mmif, RequestContext& context) {
    const std::int64_t run = ++board_.next_work;
    const int index = context.memory().device()->index;
    const StressTensor tensor{allocator_, index, kStressWork + Bytes{run}};
    // Long enough, at times, that the ledger is told what is in use: then it is filled to the brim.
    std::this_thread::sleep_for(run % 4 == 0 ? 250ms : 2ms);
    context.new_view(mmif).add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 1}});
  }

  StressKind kind_;
  StressAllocator& allocator_;
  StressBoard& board_;
  ModelPool<StressModel> models_;
};

/// One process: its memory, its app, and the requests that keep coming.
class StressProcess {
 public:
  StressProcess(const StressFolder& folder, std::size_t place)
      : kind_(static_cast<StressKind>(place / 2 % kStressApps.size())),
        driver_(folder.driver()),
        board_(folder.board()) {
    auto meter = std::make_unique<TrackingMeter>(TrackingMeterOptions{.name = "stub"});
    std::vector<StubDevice*> seen;
    for (const std::size_t device : stress_view(board_->machine(), place).places) {
      seen.push_back(&driver_->devices.at(device));
    }
    allocator_ = std::make_unique<StressAllocator>(std::move(seen), place, *meter, *board_);
    app_ = std::make_unique<StressApp>(kind_, *allocator_, *board_);
    GpuMemoryParts parts =
        gpu_memory_parts(Environment::of_process(),
                         stress_options(folder, std::chrono::milliseconds{board_->grace_ms}),
                         kStressApps.at(static_cast<std::size_t>(kind_)), std::move(meter), quiet_);
    if (board_->is_keyed_by_index != 0) {
      parts.probe = std::make_unique<ProbeByIndex>(std::move(parts.probe));
    }
    memory_ = std::make_unique<GpuMemory>(std::move(parts));
    runner_ = std::make_unique<AppRunner>(
        *app_, RunnerOptions{.folder = "/", .log = quiet_, .memory = memory_.get()});
  }

  [[noreturn]] void serve() {
    const std::jthread second{[this] { serve_one_by_one(); }};
    serve_one_by_one();
  }

 private:
  const LogOptions quiet_{.level = LogLevel::critical};
  static constexpr const char* kInput =
      R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": []})";

  [[noreturn]] void serve_one_by_one() {
    for (int run = 0;; ++run) {
      try {
        const std::int64_t peak = peak_of(runner_->annotate(kInput));
        ++board_->runs;
        const bool is_saved = run % 4 == 0 && memory_->store()->flush();
        if (is_saved) board_->acknowledge(kind_, peak);
      } catch (const InsufficientMemory&) {
        ++board_->refusals;
      } catch (const std::exception& error) {
        const auto* known = dynamic_cast<const Error*>(&error);
        if (known != nullptr && known->code() == ErrorCode::unavailable) {
          ++board_->busy;  // the machine has too much to do
          continue;
        }
        std::cerr << error.what() << '\n';
        ++board_->errors;
      }
    }
  }

  /// What the view says that the run took.
  static std::int64_t peak_of(const RunResult& result) {
    if (result.outcome != RunOutcome::annotated) throw std::runtime_error{result.problem};
    const Json view = parse_json(result.mmif)["views"][0];
    return view["metadata"]["appProfiling"]["gpuMemory"]["allocatedBytes"].get<std::int64_t>();
  }

  StressKind kind_;
  SharedFile<StubDriver> driver_;
  SharedFile<StressBoard> board_;
  std::unique_ptr<StressAllocator> allocator_;
  std::unique_ptr<StressApp> app_;
  std::unique_ptr<GpuMemory> memory_;
  std::unique_ptr<AppRunner> runner_;
};

/// The program as an app's process; it is killed, or dies with the host.
[[noreturn]] inline void run_stress_app(const StressFolder& folder, std::size_t place) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  StressProcess{folder, place}.serve();
}

}  // namespace clams::testing
