// SPDX-License-Identifier: Apache-2.0
// Many processes on one device, killed at random moments: never is more memory taken than the
// device has, no promise outlives its grace time, and whoever waits is woken.
//
//     ledger_stress [--kills N] [--processes N] [--seed N] [--without-tombstones]
//
// The device is a table in shared memory. As a driver does, it finishes an allocation that was
// under way when its process died, and gives a dead process's memory back some time later.
// --without-tombstones shows that the program finds what it looks for: it must fail then.
#include "stress/stress_program.hpp"
#include "support/device_cells.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/ledger.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using clams::Bytes;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::stress::Arguments;
using clams::testing::DeviceCell;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostWorkers = 64;
constexpr std::uint64_t kTotal = 24000;  // MiB
constexpr auto kGrace = 50ms;
constexpr auto kTeardown = 2ms;
constexpr Bytes kUnit{1 << 20};

struct Settings {
  int kills = 1000;
  std::size_t processes = 12;  // kMostWorkers at most
  unsigned seed = 1;
  std::chrono::milliseconds grace = kGrace;
};

struct Shared {
  clams::testing::DeviceCells<kMostWorkers> cells;
  std::atomic<std::uint64_t> promises;
  std::atomic<std::uint64_t> checks;
  std::atomic<std::uint64_t> over_commits;
  std::atomic<std::uint64_t> late_wakes;
  std::atomic<std::uint64_t> errors;
};

void check_device(Shared& shared) {
  ++shared.checks;
  if (shared.cells.used() > kTotal) ++shared.over_commits;
}

clams::DeviceReading read_device(const Shared& shared) {
  const auto used = static_cast<std::int64_t>(std::min(shared.cells.used(), kTotal));
  const auto total = static_cast<std::int64_t>(kTotal);
  return clams::DeviceMemory{.total = kUnit * total, .free = kUnit * (total - used)};
}

clams::LedgerOptions ledger_options(const std::filesystem::path& folder, const Settings& settings) {
  return {.folder = folder,
          .device = "GPU-stress",
          .owner = "stress",
          .grace = settings.grace,
          .lock_patience = 10s};
}

class Worker {
 public:
  Worker(Shared& shared, std::size_t place, clams::LedgerOptions options, unsigned seed)
      : shared_(shared), place_(place), ledger_(std::move(options)), random_(seed) {}

  [[noreturn]] void run_until_killed() {
    while (true) work_once(kTotal / 3);
  }

  void work_once(std::uint64_t largest) {
    const std::uint64_t need = pick(1, largest);
    LedgerEntry entry = ledger_.enter({.need = kUnit * static_cast<std::int64_t>(need)});
    if (!wait_for(entry)) return;
    ++shared_.promises;
    const std::uint64_t first = pick(0, 1) == 0 ? need : pick(0, need);
    allocate(entry, first);
    linger(pick(0, 1500));
    if (pick(0, 3) == 0) use_split(entry, need, first);
    if (pick(0, 1) == 0 && entry.promised() == kUnit * static_cast<std::int64_t>(need)) {
      allocate(entry, need - first);
    }
    free_all(entry);
  }

  /// @return whether there was a promise in time.
  bool wait_for(LedgerEntry& entry) {
    const auto deadline = Clock::now() + 10s;
    Clock::duration slept{};
    while (Clock::now() < deadline) {
      const auto report = ledger_.try_promise(entry, [this] { return read_device(shared_); });
      if (report.answer == PromiseAnswer::promised) {
        if (slept >= 240ms) ++shared_.late_wakes;
        return true;
      }
      const auto start = Clock::now();
      ledger_.wait_for_change(report, 1s);
      slept = Clock::now() - start;
    }
    ++shared_.errors;
    return false;
  }

  void allocate(LedgerEntry& entry, std::uint64_t amount) {
    const std::uint64_t held = shared_.cells.at(place_).held;
    set({.pending = amount, .held = held});
    linger(pick(0, 200));
    set({.held = held + amount});
    check_device(shared_);
    entry.set_used(kUnit * static_cast<std::int64_t>(held + amount));
  }

  void free_all(LedgerEntry& entry) {
    entry.set_used(Bytes{0});
    set({});
  }

 private:
  void use_split(LedgerEntry& entry, std::uint64_t need, std::uint64_t held) {
    // The part that nothing lies in yet: given up at once, or after a while.
    const LedgerEntry rest = entry.split(kUnit * static_cast<std::int64_t>(need - held));
    linger(pick(0, 30));
    if (pick(0, 1) == 0) entry.shrink_to(kUnit * static_cast<std::int64_t>(held));
  }

  void set(DeviceCell cell) { shared_.cells.set(place_, cell); }
  std::uint64_t pick(std::uint64_t low, std::uint64_t high) {
    return std::uniform_int_distribution<std::uint64_t>{low, high}(random_);
  }
  static void linger(std::uint64_t microseconds) {
    const auto end = Clock::now() + std::chrono::microseconds{microseconds};
    while (Clock::now() < end) ::usleep(10);
  }

  Shared& shared_;
  std::size_t place_;
  clams::Ledger ledger_;
  std::mt19937 random_;
};

/// Starts the workers, kills them, and is the driver that cleans up behind them.
class Host {
 public:
  Host(Shared& shared, const Settings& settings)
      : shared_(shared), settings_(settings), random_(settings.seed) {}

  ~Host() {
    for (const pid_t pid : pids_) {
      if (pid > 0) end(pid);
    }
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  Host(Host&&) = delete;
  Host& operator=(Host&&) = delete;

  void kill_at_random() {
    for (std::size_t place = 0; place < settings_.processes; ++place) start(place);
    clams::Ledger ledger{ledger_options(folder_.path() / "l", settings_)};
    for (int kill = 0; kill < settings_.kills; ++kill) {
      std::this_thread::sleep_for(std::chrono::microseconds{random_() % 8000});
      const std::size_t place = random_() % settings_.processes;
      if (kill % 2 == 0) await_allocation(place);
      kill_one(place);
      check_device(shared_);
      if (kill % 10 == 0) count_stale(ledger);
    }
    for (std::size_t place = 0; place < settings_.processes; ++place) kill_one(place, Next::nobody);
    std::this_thread::sleep_for(settings_.grace + 20ms);
    static_cast<void>(ledger.look([this] { return read_device(shared_); }));  // notices the dead
    std::this_thread::sleep_for(settings_.grace + 20ms);
    stale_ += ledger.holders().size();
  }

  /// Two processes hand the whole device to each other: each waits for the other's release.
  void hand_over(int rounds) {
    const auto options = ledger_options(folder_.path() / "l", settings_);
    std::array<pid_t, 2> pair{};
    for (std::size_t place = 0; place < pair.size(); ++place) {
      pair[place] = ::fork();
      if (pair[place] != 0) continue;
      clams::Ledger ledger{options};
      for (int round = 0; round < rounds; ++round) {
        LedgerEntry all = ledger.enter({.need = kUnit * static_cast<std::int64_t>(kTotal)});
        if (!gets_all(ledger, all)) ++shared_.errors;
      }
      ::_exit(0);
    }
    for (const pid_t pid : pair) ::waitpid(pid, nullptr, 0);
  }

  [[nodiscard]] std::size_t stale() const { return stale_; }

 private:
  enum class Next { another, nobody };

  bool gets_all(clams::Ledger& ledger, LedgerEntry& entry) {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const auto report = ledger.try_promise(entry, [this] { return read_device(shared_); });
      if (report.answer == PromiseAnswer::promised) return true;
      const auto start = Clock::now();
      ledger.wait_for_change(report, 1s);
      if (Clock::now() - start >= 240ms) ++shared_.late_wakes;
    }
    return false;
  }

  void start(std::size_t place) {
    const unsigned seed = static_cast<unsigned>(random_());
    pids_[place] = ::fork();
    killed_.erase(pids_[place]);  // the kernel gives numbers anew
    if (pids_[place] != 0) return;
    try {
      Worker worker{shared_, place, ledger_options(folder_.path() / "l", settings_), seed};
      worker.run_until_killed();
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << '\n';
      ++shared_.errors;
    }
    ::_exit(1);
  }

  static void end(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  /// The worst moment: memory is promised, and the device does not show it yet.
  void await_allocation(std::size_t place) const {
    const auto limit = Clock::now() + 5ms;
    while (shared_.cells.at(place).pending == 0 && Clock::now() < limit) {
    }
  }

  void kill_one(std::size_t place, Next next = Next::another) {
    const pid_t pid = pids_[place];
    end(pid);
    killed_[pid] = Clock::now();
    pids_[place] = 0;
    std::this_thread::sleep_for(kTeardown / 2);  // the kernel has dropped its locks by now
    shared_.cells.finish_pending(place);
    for (const auto limit = Clock::now() + kTeardown; Clock::now() < limit; ::usleep(50)) {
      check_device(shared_);
    }
    shared_.cells.set(place, {});
    if (next == Next::another) start(place);
  }

  void count_stale(clams::Ledger& ledger) {
    // Its death is noticed by the next look of anybody, and counts for the grace time from then on.
    const auto limit = 2 * settings_.grace + 500ms;
    for (const auto& holder : ledger.holders()) {
      const auto found = killed_.find(static_cast<pid_t>(holder.pid));
      if (found != killed_.end() && Clock::now() - found->second > limit) ++stale_;
    }
  }

  Shared& shared_;
  Settings settings_;
  std::mt19937 random_;
  clams::testing::TemporaryFolder folder_;
  std::array<pid_t, kMostWorkers> pids_{};
  std::map<pid_t, Clock::time_point> killed_;
  std::size_t stale_ = 0;
};

Settings settings_of(Arguments arguments) {
  Settings settings;
  const auto number = [&](std::string_view name, std::int64_t least, std::int64_t most,
                          std::int64_t otherwise) {
    return arguments.number(name, least, most).value_or(otherwise);
  };
  settings.kills = static_cast<int>(number("--kills", 1, 1'000'000, settings.kills));
  settings.processes =
      static_cast<std::size_t>(number("--processes", 1, std::int64_t{kMostWorkers}, 12));
  settings.seed = static_cast<unsigned>(number("--seed", 0, UINT32_MAX, settings.seed));
  if (arguments.has("--without-tombstones")) settings.grace = 0ms;
  arguments.refuse_others();
  return settings;
}

int report(const Shared& shared, const Settings& settings, std::size_t stale,
           std::chrono::duration<double> time) {
  std::cout << settings.processes << " processes, kills " << settings.kills << ", promises "
            << shared.promises << ", checks " << shared.checks << ", over-commits "
            << shared.over_commits << ", stale " << stale << ", late wake-ups " << shared.late_wakes
            << ", errors " << shared.errors << ", " << time.count() << " s\n";
  const bool is_good = shared.over_commits == 0 && stale == 0 && shared.late_wakes == 0 &&
                       shared.errors == 0 && shared.promises > 0;
  if (!is_good) std::cerr << "the ledger did not keep its word\n";
  return is_good ? 0 : 1;
}

int run(const Settings& settings) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  clams::stress::require(memory != MAP_FAILED, "no memory to share");
  auto& shared = *static_cast<Shared*>(memory);
  const auto start = Clock::now();
  std::size_t stale = 0;
  {
    Host host{shared, settings};
    host.hand_over(1000);
    const std::uint64_t late = shared.late_wakes;
    host.kill_at_random();
    shared.late_wakes = late;  // a dead process wakes nobody
    stale = host.stale();
  }
  return report(shared, settings, stale, Clock::now() - start);
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program(
      "ledger_stress", "[--kills N] [--processes N] [--seed N] [--without-tombstones]", [&] {
        return run(settings_of(Arguments{count, words}));
      });
}
