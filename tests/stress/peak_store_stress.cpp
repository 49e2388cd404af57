// SPDX-License-Identifier: Apache-2.0
// Processes that raise one peak, killed at random, under the eyes of a reader; and a disk that is
// full.
//
//     peak_store_stress [KILLS]      default 1000
#include "stress/stress_program.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/peak_record_json.hpp>
#include <clams/memory/peak_store.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <new>
#include <optional>
#include <random>
#include <sched.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using clams::PeakStore;
using clams::testing::TemporaryFolder;

const std::string kApp = "stress";
const std::string kHash = "0123456789abcdef0123456789abcdef";
constexpr std::size_t kWriters = 4;

fs::path record_path(const fs::path& folder) {
  return folder / kApp / ("memory_" + kHash + ".json");
}

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error{what};
}

/// What the processes tell each other.
struct Shared {
  std::atomic<std::int64_t> next{0};          // the next value to raise; never used twice
  std::atomic<std::int64_t> acknowledged{0};  // the highest that flush() said is on the disk
  std::atomic<std::int64_t> raises{0};
  std::atomic<std::int64_t> reads{0};
  std::atomic<std::int64_t> torn{0};
  std::atomic<std::int64_t> lost{0};
  std::atomic<bool> is_over{false};
};

Shared& make_shared_memory() {
  void* place =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(place != MAP_FAILED, "mmap");
  return *new (place) Shared{};
}

pid_t start(const std::function<void()>& body) {
  const pid_t pid = ::fork();
  require(pid >= 0, "fork");
  if (pid != 0) return pid;
  int code = 0;
  try {
    body();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    code = 1;
  }
  ::_exit(code);
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void raise_maximum(std::atomic<std::int64_t>& maximum, std::int64_t value) {
  std::int64_t seen = maximum.load();
  while (seen < value && !maximum.compare_exchange_weak(seen, value)) {
  }
}

void write_until_over(const fs::path& folder, Shared& shared) {
  PeakStore store{{.folder = folder}};
  while (!shared.is_over) {
    const std::int64_t value = ++shared.next;
    store.raise(kApp, kHash, {.peak = clams::Bytes{value}});
    if (store.flush()) raise_maximum(shared.acknowledged, value);
    ++shared.raises;
  }
}

std::optional<std::int64_t> peak_on_disk(const fs::path& folder) {
  std::ifstream file(record_path(folder), std::ios::binary);
  if (!file) return 0;
  const auto record = clams::parse_peak_file(std::string{std::istreambuf_iterator<char>{file}, {}});
  return record ? std::optional{record->peak.count()} : std::nullopt;
}

void check_disk(const fs::path& folder, Shared& shared) {
  const std::int64_t acknowledged = shared.acknowledged;  // before the file is read
  const auto peak = peak_on_disk(folder);
  ++shared.reads;
  if (!peak) {
    ++shared.torn;
  } else if (*peak < acknowledged) {
    ++shared.lost;
  }
}

void read_until_over(const fs::path& folder, Shared& shared) {
  while (!shared.is_over) {
    check_disk(folder, shared);
    std::this_thread::sleep_for(std::chrono::microseconds{200});  // leaves the processor to others
  }
}

std::size_t leftovers(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator{folder / kApp}) {
    count += entry.path().filename().string().ends_with(".new") ? 1U : 0U;
  }
  return count;
}

void kill_writers(int kills) {
  const TemporaryFolder folder;
  Shared& shared = make_shared_memory();
  const auto write = [&] { write_until_over(folder.path(), shared); };
  const pid_t reader = start([&] { read_until_over(folder.path(), shared); });
  std::array<pid_t, kWriters> writers{};
  for (pid_t& writer : writers) writer = start(write);
  std::mt19937 random{std::random_device{}()};
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 20'000});
    pid_t& writer = writers.at(random() % kWriters);
    ::kill(writer, SIGKILL);
    wait_for(writer);
    check_disk(folder.path(), shared);
    writer = start(write);
  }
  const std::size_t temporary = leftovers(folder.path());
  shared.is_over = true;
  for (const pid_t writer : writers) require(wait_for(writer) == 0, "a writer failed");
  require(wait_for(reader) == 0, "the reader failed");
  check_disk(folder.path(), shared);

  std::cout << kills << " kills of " << kWriters << " writers: " << shared.raises << " raises, "
            << shared.reads << " reads, " << shared.torn << " torn, " << shared.lost << " lost, "
            << temporary << " temporary files left\n";
  require(shared.torn == 0 && shared.lost == 0, "a peak was torn or lost");
  require(shared.acknowledged > 0, "no raise was ever acknowledged");
  require(temporary <= 1, "temporary files pile up");
}

/// Nobody is killed: the last value must be there exactly.
void race_writers() {
  constexpr int kRaces = 8;
  constexpr int kRaisesEach = 25;
  constexpr int kLastTries = 5;
  const TemporaryFolder folder;
  Shared& shared = make_shared_memory();
  std::array<pid_t, kRaces> writers{};
  for (pid_t& writer : writers) {
    writer = start([&] {
      PeakStore store{{.folder = folder.path()}};
      for (int i = 0; i < kRaisesEach; ++i) {
        const std::int64_t value = ++shared.next;
        store.raise(kApp, kHash, {.peak = clams::Bytes{value}});
        if (i % 5 == 0 && store.flush()) raise_maximum(shared.acknowledged, value);
      }
      bool is_saved = store.flush();  // on a slow disk the lock may not come in time
      for (int i = 0; !is_saved && i < kLastTries; ++i) is_saved = store.flush();
      require(is_saved, "the last flush failed");
    });
  }
  for (const pid_t writer : writers) require(wait_for(writer) == 0, "a writer failed");

  const auto peak = peak_on_disk(folder.path());
  std::cout << kRaces << " writers of " << kRaisesEach << " raises each: the file says "
            << peak.value_or(-1) << " of " << shared.next << '\n';
  require(peak == shared.next.load(), "the highest peak was lost");
}

/// A raise while nothing can be written, and after.
void raise_on_full_disk(const fs::path& folder, const std::function<void()>& fill,
                        const std::function<void()>& make_room) {
  clams::PeakStoreOptions options{.folder = folder, .log = {.level = clams::LogLevel::critical}};
  PeakStore store{options};
  store.raise(kApp, kHash, {.peak = clams::Bytes{5}});
  require(store.flush(), "the first raise failed");
  fill();
  store.raise(kApp, kHash, {.peak = clams::Bytes{6}});
  require(!store.flush(), "a raise was acknowledged on a full disk");
  require(peak_on_disk(folder) == 5, "the old peak was lost on a full disk");
  require(store.find(kApp, kHash)->peak == clams::Bytes{6}, "memory forgot the new peak");
  make_room();
  require(store.flush(), "the raise failed although there is room again");
  require(peak_on_disk(folder) == 6, "the new peak did not get to the disk");
}

void limit_file_size(rlim_t bytes) {
  rlimit limit{};
  require(::getrlimit(RLIMIT_FSIZE, &limit) == 0, "getrlimit");
  limit.rlim_cur = bytes;
  require(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
}

// SIGXFSZ is not ignored here: the store must not let it end the process.
void exceed_file_size() {
  const TemporaryFolder folder;
  const pid_t writer = start([&] {
    raise_on_full_disk(
        folder.path(), [] { limit_file_size(10); }, [] { limit_file_size(RLIM_INFINITY); });
  });
  require(wait_for(writer) == 0, "raising beyond the file size limit failed");
  std::cout << "beyond the file size limit: the old peak stayed, the new one came later\n";
}

bool mount_small_disk(const fs::path& folder) {
  return ::geteuid() == 0 && ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=128k") == 0;
}

void fill_disk() {
  constexpr int kCannotMount = 3;
  const TemporaryFolder folder;
  const pid_t writer = start([&] {
    if (!mount_small_disk(folder.path())) ::_exit(kCannotMount);
    const fs::path filler = folder.path() / "filler";
    const auto fill = [&] { std::ofstream(filler) << std::string(1'000'000, 'x') << std::flush; };
    raise_on_full_disk(folder.path() / "profiles", fill, [&] { fs::remove(filler); });
  });
  const int status = wait_for(writer);
  require(status == 0 || status == kCannotMount, "raising on a full disk failed");
  std::cout << (status == 0 ? "on a full disk: the old peak stayed, the new one came later\n"
                            : "no disk could be mounted to fill it: left out\n");
}

}  // namespace

int main(int count, char** words) {
  return clams::stress::run_program("peak_store_stress", "[KILLS]", [&] {
    clams::stress::Arguments arguments{count, words};
    const auto kills = arguments.only_number("KILLS", 1, 1'000'000).value_or(1000);
    arguments.refuse_others();
    std::cout << std::unitbuf;  // or children would print their copy of what waits
    kill_writers(static_cast<int>(kills));
    race_writers();
    exceed_file_size();
    fill_disk();
    return 0;
  });
}
