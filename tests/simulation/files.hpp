// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/bug.hpp"
#include "simulation/random.hpp"
#include "simulation/scheduler.hpp"
#include <clams/memory/detail/ledger_record.hpp>
#include <clams/memory/detail/ledger_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace clams::simulation {

/// The ledgers' files, in memory, with locks that belong to open descriptions as the kernel's do.
/// All processes see one copy of each.
///
/// Ownership: owns the files.
/// Threads: confined.
/// Errors: answers as the kernel does.
class Files {
 public:
  struct File {
    std::string path;
    ino_t number = 0;
    std::unique_ptr<detail::LedgerImage> image;
    std::map<off_t, int> locks = {};  ///< the descriptor that holds each byte
    bool is_allocated = false;
  };
  /// Told after each end of the lock of a whole file.
  using Watcher = std::function<void(File&)>;

  explicit Files(Watcher watcher) : watcher_(std::move(watcher)) {}

  [[nodiscard]] int open(const std::string& path, int process);
  void close(int descriptor);
  /// The kernel closes everything that the process had open.
  void kill(int process);

  [[nodiscard]] File* at(int descriptor);
  /// Who holds the byte, if it is not the descriptor itself.
  [[nodiscard]] std::optional<int> holder(int descriptor, off_t byte);
  void lock(int descriptor, off_t byte);
  void unlock(int descriptor, off_t byte);

  /// Whether the slot's owner lives.
  [[nodiscard]] static bool is_held(const File& file, std::size_t slot);

  [[nodiscard]] const std::map<std::string, std::unique_ptr<File>>& all() const { return files_; }
  [[nodiscard]] std::size_t open_count(int process) const;

  /// When those who sleep on the word were woken last.
  [[nodiscard]] Time last_wake(const void* word) const {
    const auto found = wakes_.find(word);
    return found == wakes_.end() ? Time{-1} : found->second;
  }
  void note_wake(const void* word, Time now, std::size_t thread) {
    wakes_[word] = now;
    ++told_[{word, thread}];
  }
  /// How often the thread has woken those who sleep on the word: once for each of its changes.
  [[nodiscard]] std::uint32_t told(const void* word, std::size_t thread) const {
    const auto found = told_.find({word, thread});
    return found == told_.end() ? 0 : found->second;
  }

 private:
  struct Description {
    File* file = nullptr;  // none: the folder
    int process = 0;
  };

  Watcher watcher_;
  std::map<std::string, std::unique_ptr<File>> files_;
  std::map<int, Description> descriptors_;
  int next_descriptor_ = 3;
  std::map<const void*, Time> wakes_;
  std::map<std::pair<const void*, std::size_t>, std::uint32_t> told_;
};

/// What goes wrong at system calls.
struct Faults {
  unsigned per_thousand = 0;  ///< calls that fail
};

/// The system calls of one process.
///
/// Ownership: borrows the files, the world's random numbers and what it reports to.
/// Threads: confined.
/// Errors: as LedgerSystem.
class ProcessSystem final : public detail::LedgerSystem {
 public:
  struct Parts {
    Files& files;
    Random& random;
    Bug bug;
    Faults faults = {};
    std::function<void()> on_missed;  ///< somebody slept through a change to the end
  };

  ProcessSystem(int process, Parts parts) : process_(process), parts_(std::move(parts)) {}

  int open(const std::string& path, int flags, mode_t mode) override;
  int close(int descriptor) override;
  int mkdir(const std::string& path, mode_t mode) override;
  int chmod(int descriptor, mode_t mode) override;
  int status(int descriptor, struct stat& answer) override;
  int file_system(int descriptor, struct statfs& answer) override;
  int allocate(int descriptor, std::size_t size) override;
  void* map(int descriptor, std::size_t size) override;
  int unmap(void* address, std::size_t size) override;
  int lock(int descriptor, int command, struct ::flock& request) override;
  void wait(std::span<const detail::WatchedWord> words,
            std::chrono::milliseconds patience) override;
  void wake(std::atomic<std::uint32_t>& word) override;
  void pause(std::chrono::microseconds duration) override;
  std::string boot_id() override { return "simulated"; }

  /// Whether this thread's last wait ended because its time was over, and nobody else has changed
  /// anything since it began.
  [[nodiscard]] bool waited_in_vain() const;

 private:
  [[nodiscard]] bool fails(int reason);
  int set_lock(int descriptor, struct ::flock& request);

  int process_;
  Parts parts_;
  struct Unchanged {
    const std::atomic<std::uint32_t>* word;
    std::uint32_t expected;  // but for what the thread itself tells from now on
    std::uint32_t told;
  };
  std::map<std::size_t, std::vector<Unchanged>> in_vain_;  // by thread
};

}  // namespace clams::simulation
