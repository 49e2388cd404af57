// SPDX-License-Identifier: Apache-2.0
// Apps in processes of their own on one GPU of the stub driver, killed at random moments while they
// serve: never is more memory taken than the GPU has, no promise outlives its grace time, and what
// the peak store acknowledged stays.
//
//     app_stress [--kills N] [--seconds N] [--seed N] [--grace MILLISECONDS]
//
// It ends after so many kills, or after so many seconds. --grace 0 shows that the program finds
// what it looks for: it must fail then. The apps are this program, started anew with --app; they
// find the driver, the ledger and the store as any app does. The host is the driver that cleans up
// behind the dead.
#include "stress/stress_app.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/detail/peak_names.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/peak_record_json.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace clams::testing;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kProcesses = 10;
constexpr std::uint64_t kTotal = std::uint64_t{8} << 30U;  // for the models and every second run
constexpr const char* kUuid = "GPU-stress";
constexpr auto kTeardown = 4ms;

struct Settings {
  int kills = 1000;
  int seconds = 50;
  unsigned seed = 1;
  int grace = 50;
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
        gpu_(stub_.driver().add_device(kUuid, kTotal)),
        random_(settings.seed) {
    board_->grace_ms = settings.grace;
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
    clams::Ledger ledger{{.folder = folder_.ledgers(), .device = kUuid, .grace = grace_}};
    const auto deadline = Clock::now() + std::chrono::seconds{settings_.seconds};
    while (found_.kills < settings_.kills && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds{random_() % 40000});
      const std::size_t place = random_() % kProcesses;
      if (found_.kills % 2 == 0) await_allocation(place);
      kill_one(place);
      start(place);
      ++found_.kills;
      if (found_.kills % 10 == 0) look(ledger);
    }
    for (std::size_t place = 0; place < kProcesses; ++place) kill_one(place);
    look_after_all(ledger);
  }

  [[nodiscard]] const StressBoard& board() const { return *board_; }
  [[nodiscard]] const Findings& found() const { return found_; }

 private:
  void start(std::size_t place) {
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string where = folder_.path;
    std::string number = std::to_string(place);
    std::string flag = "--app";
    std::array<char*, 5> words{program.data(), flag.data(), where.data(), number.data(), nullptr};
    const int failure =
        ::posix_spawn(&pids_.at(place), program.c_str(), nullptr, nullptr, words.data(), environ);
    if (failure != 0) throw std::runtime_error{"posix_spawn failed"};
  }

  static void end(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  /// The worst moment: memory is promised, and the device does not show it yet.
  void await_allocation(std::size_t place) const {
    const auto limit = Clock::now() + 20ms;
    while (gpu_.cells.at(place).pending == 0 && Clock::now() < limit) ::usleep(20);
  }

  void check_device() {
    if (gpu_.taken() > kTotal) ++board_->over_commits;
  }

  void kill_one(std::size_t place) {
    end(pids_.at(place));
    killed_[std::exchange(pids_.at(place), 0)] = Clock::now();
    std::this_thread::sleep_for(kTeardown);  // the kernel has dropped its locks by now
    gpu_.cells.finish_pending(place);
    for (const auto limit = Clock::now() + kTeardown; Clock::now() < limit; ::usleep(50)) {
      check_device();
    }
    gpu_.cells.set(place, {});
  }

  void look(clams::Ledger& ledger) {
    // Its death is noticed by the next look of anybody, and counts for the grace time from then on.
    const auto limit = 2 * grace_ + 500ms;
    for (const auto& holder : ledger.holders()) {
      const auto dead = killed_.find(static_cast<pid_t>(holder.pid));
      if (dead != killed_.end() && Clock::now() - dead->second > limit) ++found_.stale;
    }
    for (std::size_t app = 0; app < kStressApps.size(); ++app) check_record(app);
  }

  void look_after_all(clams::Ledger& ledger) {
    std::this_thread::sleep_for(grace_ + 20ms);
    static_cast<void>(ledger.holders());  // notices the dead
    std::this_thread::sleep_for(grace_ + 20ms);
    found_.stale += ledger.holders().size();
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
      is_there = record->devices.begin()->second.working.count() >= acknowledged;
    }
    if (!is_there) ++found_.lost;
  }

  Settings settings_;
  std::chrono::milliseconds grace_;
  TemporaryFolder temporary_;
  StressFolder folder_{temporary_.path()};
  StubHost stub_;
  SharedFile<StressBoard> board_;
  StubDevice& gpu_;
  std::mt19937 random_;
  std::array<pid_t, kProcesses> pids_{};
  std::map<pid_t, Clock::time_point> killed_;
  Findings found_;
};

Settings settings_of(int count, char** words) {
  Settings settings;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string word{words[i]};
    const int value = std::atoi(words[i + 1]);
    if (word == "--kills") {
      settings.kills = value;
    } else if (word == "--seconds") {
      settings.seconds = value;
    } else if (word == "--grace") {
      settings.grace = value;
    } else if (word == "--seed") {
      settings.seed = static_cast<unsigned>(value);
    } else {
      throw std::runtime_error{"unknown argument " + word};
    }
  }
  return settings;
}

int report(const Host& host, std::chrono::duration<double> time) {
  const StressBoard& board = host.board();
  const Findings& found = host.found();
  std::cout << "kills " << found.kills << ", runs " << board.runs << ", refusals " << board.refusals
            << ", over-commits " << board.over_commits << ", stale " << found.stale << ", torn "
            << found.torn << ", lost " << found.lost << ", errors " << board.errors << ", "
            << time.count() << " s\n";
  const bool was_tried = board.runs > 0 && board.acknowledged[0] > 0 && board.acknowledged[1] > 0;
  const bool is_good = board.over_commits == 0 && board.errors == 0 && found.stale == 0 &&
                       found.torn == 0 && found.lost == 0 && was_tried;
  if (!is_good) std::cerr << "memory was not kept in order\n";
  return is_good ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count == 4 && std::string{words[1]} == "--app") {
      run_stress_app({words[2]}, static_cast<std::size_t>(std::atoi(words[3])));
    }
    const auto start = Clock::now();
    Host host{settings_of(count, words)};
    host.run();
    return report(host, Clock::now() - start);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
