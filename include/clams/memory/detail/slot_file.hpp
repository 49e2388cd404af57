// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_record.hpp>
#include <clams/memory/detail/ledger_system.hpp>
#include <clams/memory/detail/slot_locks.hpp>
#include <clams/memory/ledger_folder.hpp>
#include <clams/util/clock.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace clams::detail {

/// What a SlotFile is.
struct SlotFileOptions {
  std::string path;
  std::string what;  ///< as messages call it: `ledger`
  std::size_t size;  ///< of its content
  LedgerSharing sharing = LedgerSharing::owner;
};

/// A file that processes share: mapped, with one lock for all of it (byte 0) and one for each of
/// 256 slots (byte 64 + slot). The locks belong to open file descriptions, so that neither a thread
/// nor an unrelated close() of the same file ends them, only the end of the last process that has
/// the description.
///
/// Ownership: owns the mapping and the descriptor of the file's lock; borrows the system. The
///   slots' descriptors belong to the caller.
/// Threads: `lock_for`, `unlock` and `condition` are thread-safe; all else needs the lock, but for
///   `is_own` and what the content says of itself.
/// Errors: throws Error io naming the call and the path.
class SlotFile : public SlotLocks {
 public:
  /// Opens the file, or makes an empty one. Nothing is mapped yet.
  SlotFile(LedgerSystem& system, SlotFileOptions options);
  SlotFile(const SlotFile&) = delete;
  SlotFile& operator=(const SlotFile&) = delete;
  SlotFile(SlotFile&&) = delete;
  SlotFile& operator=(SlotFile&&) = delete;
  ~SlotFile() override;

  [[nodiscard]] const std::string& path() const noexcept { return options_.path; }

  /// Maps the content; beyond the end of the file it must not be touched.
  void map();
  [[nodiscard]] void* content() const noexcept { return content_; }
  /// How long the file is now.
  [[nodiscard]] std::size_t length() const;

  /// Takes the file's lock.
  /// @return whether it came in time.
  [[nodiscard]] bool lock_for(std::chrono::milliseconds patience);
  void unlock() noexcept;

  /// What became of the file since it was opened. The question costs a call.
  enum class Condition { good, cut_off, removed };
  [[nodiscard]] Condition condition() const noexcept;
  /// The file has its size again; what was cut off is zero.
  void make_whole();

  /// Takes the lock of a slot.
  /// @return its descriptor, or nothing if somebody holds it.
  [[nodiscard]] std::optional<OwnedDescriptor> hold(std::size_t slot);
  /// Gives the lock up; this may be done without the file's lock.
  /// @return whether somebody else holds it still: a child that inherited the descriptor.
  bool let_go(std::size_t slot, OwnedDescriptor& descriptor) noexcept;

  /// The same for a descriptor that no child can have inherited. It is kept for the next `hold`: to
  /// open the file takes longer than all the rest of a promise. Needs the file's lock.
  void put_back(std::size_t slot, OwnedDescriptor& descriptor) noexcept;

  [[nodiscard]] bool is_held(std::size_t slot) const noexcept override;
  /// Whether it was held by `hold` of this object. Needs no lock.
  [[nodiscard]] bool is_own(std::size_t slot) const noexcept { return own_[slot]; }

 private:
  [[nodiscard]] OwnedDescriptor open_file() const;
  [[nodiscard]] OwnedDescriptor open_again();
  void check_file(int descriptor) const;
  void share_with_group(int descriptor) const;
  [[nodiscard]] bool lock_byte(int descriptor, off_t byte, short type) const;
  [[nodiscard]] bool pause_until(Clock::SteadyTime deadline, int attempt) const;

  LedgerSystem& system_;
  SlotFileOptions options_;
  std::mutex threads_;  // stands before the file's lock, which all threads of the process share
  OwnedDescriptor file_;
  dev_t file_system_ = 0;
  ino_t number_ = 0;
  void* content_ = nullptr;
  std::vector<OwnedDescriptor> spares_;                // they hold no lock
  std::array<std::atomic<bool>, kLedgerSlots> own_{};  // held, without asking the kernel
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/slot_file.ipp>
#endif
