// SPDX-License-Identifier: Apache-2.0
// Apps in processes of their own on the GPUs of the stub driver, killed at random moments while
// they serve: never is more memory taken than a GPU has, a process loads its model once on each, no
// promise outlives its grace time, and what the peak store acknowledged stays.
//
//     app_stress [--kills N] [--seconds N] [--seed N] [--devices N] [--mig]
//                [--grace MILLISECONDS] [--keyed-by-index] [--must-fail]
//
// It ends after so many kills, or after so many seconds. With --devices each process sees them in
// another order; with --mig the last one is cut into two slices. --grace 0 and --keyed-by-index
// are bugs that show that the program finds what it looks for: with one of them more is taken than
// there is, and --must-fail turns the exit status around. The apps are this program, started anew
// with --app; they find the driver, the ledger and the store as any app does. The host is the
// driver that cleans up behind the dead.
#include "stress/stress_app.hpp"
#include "stress/stress_program.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/detail/peak_names.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/peak_record_json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace clams::testing;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kProcesses = 12;
// For the models and every second run.
constexpr std::uint64_t kTotalOfOne = std::uint64_t{8} << 30U;
constexpr std::uint64_t kTotalOfMany = std::uint64_t{4} << 30U;
constexpr auto kTeardown = 4ms;

struct Settings {
  int kills = 1000;
  int seconds = 50;
  unsigned seed = 1;
  int grace = 50;
  StressMachine machine;
  bool is_keyed_by_index = false;
  bool must_fail = false;
};

/// Counted by the host.
struct Findings {
  int kills = 0;
  std::size_t stale = 0;
  std::size_t torn = 0;
  std::size_t lost = 0;
};

class Host {
 public:
  explicit Host(const Settings& settings)
      : settings_(settings),
        grace_(settings.grace),
        stub_(folder_.driver()),
        board_(folder_.board()),
        random_(settings.seed) {
    board_->grace_ms = settings.grace;
    board_->cards = settings.machine.cards;
    board_->last_card = settings.machine.last;
    board_->is_keyed_by_index = settings.is_keyed_by_index ? 1 : 0;
    settings.machine.install(stub_.driver(),
                             settings.machine.cards > 1 ? kTotalOfMany : kTotalOfOne);
    for (const std::size_t place : settings.machine.usable()) {
      gpus_.push_back(&stub_.driver().devices.at(place));
    }
    ::setenv("LD_LIBRARY_PATH", CLAMS_STUB_NVML_FOLDER "/current", 1);
    ::setenv("CLAMS_APP_VERSION", "v1", 1);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  Host(Host&&) = delete;
  Host& operator=(Host&&) = delete;
  ~Host() {
    for (const pid_t pid : pids_) {
      if (pid > 0) end(pid);
    }
  }

  void run() {
    for (std::size_t place = 0; place < kProcesses; ++place) start(place);
    open_ledgers();
    const auto deadline = Clock::now() + std::chrono::seconds{settings_.seconds};
    while (found_.kills < settings_.kills && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds{random_() % 40000});
      const std::size_t place = random_() % kProcesses;
      if (found_.kills % 2 == 0) await_allocation(place);
      kill_one(place);
      start(place);
      ++found_.kills;
      if (found_.kills % 10 == 0) look();
    }
    for (std::size_t place = 0; place < kProcesses; ++place) kill_one(place);
    look_after_all();
  }

  [[nodiscard]] const StressBoard& board() const { return *board_; }
  [[nodiscard]] const Findings& found() const { return found_; }

 private:
  void open_ledgers() {
    for (const StubDevice* gpu : gpus_) {
      ledgers_.push_back(std::make_unique<clams::Ledger>(clams::LedgerOptions{
          .folder = folder_.ledgers(), .device = gpu->uuid.data(), .grace = grace_}));
    }
  }

  void start(std::size_t place) {
    const StressView view = stress_view(settings_.machine, place);
    ::setenv("CUDA_VISIBLE_DEVICES", view.visible.c_str(), 1);
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string where = folder_.path;
    std::string number = std::to_string(place);
    std::string flag = "--app";
    std::array<char*, 5> words{program.data(), flag.data(), where.data(), number.data(), nullptr};
    const int failure =
        ::posix_spawn(&pids_.at(place), program.c_str(), nullptr, nullptr, words.data(), environ);
    if (failure != 0) throw std::runtime_error{"posix_spawn failed"};
    killed_.erase(pids_.at(place));  // the kernel gives numbers anew
    noticed_.erase(pids_.at(place));
  }

  static void end(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  /// The worst moment: memory is promised, and the device does not show it yet.
  void await_allocation(std::size_t place) const {
    const auto limit = Clock::now() + 20ms;
    const auto allocates = [&] {
      return std::any_of(gpus_.begin(), gpus_.end(), [place](const StubDevice* gpu) {
        return gpu->cells.at(place).pending != 0;
      });
    };
    while (!allocates() && Clock::now() < limit) ::usleep(20);
  }

  void check_devices() {
    for (const StubDevice* gpu : gpus_) {
      if (gpu->taken() > gpu->total) ++board_->over_commits;
    }
  }

  void kill_one(std::size_t place) {
    end(pids_.at(place));
    killed_.insert(std::exchange(pids_.at(place), 0));
    std::this_thread::sleep_for(kTeardown);  // the kernel has dropped its locks by now
    for (StubDevice* gpu : gpus_) gpu->cells.finish_pending(place);
    for (const auto limit = Clock::now() + kTeardown; Clock::now() < limit; ::usleep(50)) {
      check_devices();
    }
    for (StubDevice* gpu : gpus_) gpu->cells.set(place, {});
  }

  void look() {
    // Its death is noticed by this look at the latest, and counts for the grace time from then on.
    constexpr auto kSlack = 20ms;
    for (const auto& ledger : ledgers_) {
      for (const auto& holder : ledger->holders()) {
        const auto pid = static_cast<pid_t>(holder.pid);
        if (!killed_.contains(pid)) continue;
        const auto [seen, is_new] = noticed_.try_emplace(pid, Clock::now());
        if (!is_new && Clock::now() - seen->second > grace_ + kSlack) ++found_.stale;
      }
    }
    for (std::size_t app = 0; app < kStressApps.size(); ++app) check_record(app);
  }

  void look_after_all() {
    std::this_thread::sleep_for(grace_ + 20ms);
    for (const auto& ledger : ledgers_) static_cast<void>(ledger->holders());  // notices the dead
    std::this_thread::sleep_for(grace_ + 20ms);
    for (const auto& ledger : ledgers_) found_.stale += ledger->holders().size();
    for (std::size_t app = 0; app < kStressApps.size(); ++app) check_record(app);
  }

  /// The app's only record: all its requests have the same parameters.
  void check_record(std::size_t app) {
    const std::int64_t acknowledged = board_->acknowledged.at(app);  // before the file is read
    const std::string identifier =
        "http://apps.clams.ai/" + std::string{kStressApps.at(app)} + "/v1";
    const fs::path folder = folder_.profiles() / clams::detail::peak_folder_name(identifier);
    if (acknowledged == 0) return;
    bool is_there = false;
    for (const auto& entry : fs::directory_iterator{folder}) {
      if (!entry.path().filename().string().starts_with("memory_")) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const auto record =
          clams::parse_peak_file(std::string{std::istreambuf_iterator<char>{file}, {}});
      if (!record) ++found_.torn;
      if (!record || record->devices.empty()) continue;
      is_there = std::any_of(record->devices.begin(), record->devices.end(), [&](const auto& one) {
        return one.second.working.count() >= acknowledged;
      });
    }
    if (!is_there) ++found_.lost;
  }

  Settings settings_;
  std::chrono::milliseconds grace_;
  TemporaryFolder temporary_;
  StressFolder folder_{temporary_.path()};
  StubHost stub_;
  SharedFile<StressBoard> board_;
  std::vector<StubDevice*> gpus_;  // whole cards and slices
  std::vector<std::unique_ptr<clams::Ledger>> ledgers_;
  std::mt19937 random_;
  std::array<pid_t, kProcesses> pids_{};
  std::set<pid_t> killed_;
  std::map<pid_t, Clock::time_point> noticed_;  // when their promises were seen first
  Findings found_;
};

Settings settings_of(Arguments arguments) {
  constexpr int kMost = 1'000'000;
  Settings settings;
  const auto number = [&](std::string_view name, int least, int most, std::int64_t otherwise) {
    return static_cast<int>(arguments.number(name, least, most).value_or(otherwise));
  };
  settings.kills = number("--kills", 1, kMost, settings.kills);
  settings.seconds = number("--seconds", 1, kMost, settings.seconds);
  settings.grace = number("--grace", 0, kMost, settings.grace);
  settings.seed = static_cast<unsigned>(number("--seed", 0, kMost, settings.seed));
  settings.machine.cards = static_cast<std::size_t>(number("--devices", 1, 8, 1));
  if (arguments.has("--mig")) settings.machine.last = LastCard::cut;
  settings.is_keyed_by_index = arguments.has("--keyed-by-index");
  settings.must_fail = arguments.has("--must-fail");
  arguments.refuse_others();
  return settings;
}

int report(const Host& host, const Settings& settings, std::chrono::duration<double> time) {
  const StressBoard& board = host.board();
  const Findings& found = host.found();
  std::cout << settings.machine.usable().size() << " devices, kills " << found.kills << ", runs "
            << board.runs << ", refusals " << board.refusals << ", busy " << board.busy
            << ", over-commits " << board.over_commits << ", extra copies " << board.extra_copies
            << ", stale " << found.stale << ", torn " << found.torn << ", lost " << found.lost
            << ", errors " << board.errors << ", " << time.count() << " s\n";
  if (settings.must_fail) return board.over_commits > 0 ? 0 : 1;
  const bool was_tried = board.runs > 0 && board.acknowledged[0] > 0 && board.acknowledged[1] > 0;
  const bool is_good = board.over_commits == 0 && board.extra_copies == 0 && board.errors == 0 &&
                       found.stale == 0 && found.torn == 0 && found.lost == 0 && was_tried;
  if (!is_good) std::cerr << "memory was not kept in order\n";
  return is_good ? 0 : 1;
}

int run(const Settings& settings) {
  const auto start = Clock::now();
  Host host{settings};
  host.run();
  return report(host, settings, Clock::now() - start);
}

}  // namespace

int main(int count, char** words) {
  constexpr const char* kUsage =
      "[--kills N] [--seconds N] [--seed N] [--devices N] [--mig]\n"
      "                  [--grace MILLISECONDS] [--keyed-by-index] [--must-fail]";
  return run_program("app_stress", kUsage, [&] {
    if (count == 4 && std::string{words[1]} == "--app") {
      run_stress_app({words[2]}, static_cast<std::size_t>(std::atoi(words[3])));
    }
    return run(settings_of(Arguments{count, words}));
  });
}
