// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_file.hpp>
#include <clams/memory/detail/ledger_table.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/util/log.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace clams::detail {

class LedgerCore;

/// What the owner of a slot knows of it, whatever happens to the file.
struct LedgerSeat {
  std::shared_ptr<LedgerCore> core;
  SlotTicket ticket;
  OwnedDescriptor descriptor;
  bool is_shown = false;     // the descriptor was: a child may have it
  mutable std::mutex mutex;  // guards what follows; taken after the file's lock
  LedgerFile* file = nullptr;
  std::size_t slot = 0;
  SlotWord word;
  std::int64_t used = 0;
};

/// The ledger behind `Ledger` and `LedgerEntry`.
///
/// Ownership: owns the files and knows the seats of this process, which outlive their membership.
/// Threads: thread-safe; a seat is confined, but for `set_used`.
/// Errors: as `Ledger` says.
class LedgerCore {
 public:
  explicit LedgerCore(LedgerOptions options);

  void enter(LedgerSeat& seat, const PromiseRequest& request);
  RoomReport try_promise(LedgerSeat& seat, const Ledger::ReadDevice& read);
  RoomReport look(const Ledger::ReadDevice& read);
  /// @param part has its ticket already.
  void split(LedgerSeat& from, LedgerSeat& part, std::int64_t amount);
  void shrink(LedgerSeat& seat, std::int64_t amount) noexcept;
  [[nodiscard]] bool ask_less(LedgerSeat& seat, std::int64_t need);
  void set_used(LedgerSeat& seat, std::int64_t used) noexcept;
  void leave(LedgerSeat& seat) noexcept;

  /// A ledger's state that somebody has seen.
  struct Seen {
    LedgerCore* ledger;
    std::uint32_t epoch;
  };
  /// Until one of them is in another state, all being of one system, or the time is over.
  static void wait(std::span<const Seen> seen, std::chrono::milliseconds patience);
  void changed() noexcept;
  [[nodiscard]] std::uint32_t epoch() const noexcept;
  [[nodiscard]] std::size_t waiting_elsewhere() const;
  [[nodiscard]] std::vector<PromiseHolder> holders();

  [[nodiscard]] const LedgerOptions& options() const noexcept { return options_; }

 private:
  /// What one attempt knows of the device.
  struct Attempt {
    DeviceMemory memory;
    UsedSnapshot used{};
  };

  /// The file's lock, as long as it lives; false if it did not come in time.
  class Hold;

  [[nodiscard]] LedgerFile* lock();
  void make_sound(LedgerFile& file);
  /// @return whether something became free.
  [[nodiscard]] bool sweep(LedgerFile& file);
  void restore_own(LedgerFile& file);
  void move_to_new_file();
  void occupy(LedgerFile& file, LedgerSeat& seat, SlotWord word);
  [[nodiscard]] bool occupy_free(LedgerFile& file, LedgerSeat& seat, SlotWord word);
  [[nodiscard]] std::optional<RoomSums> measure(LedgerFile& file, const Ledger::ReadDevice& read,
                                                RoomReport& report, Attempt& attempt);
  [[nodiscard]] static RoomSums sums_of(LedgerFile& file, Attempt& attempt, RoomReport& report);
  void grant_if_fair(LedgerFile& file, LedgerSeat& seat, const RoomSums& sums,
                     const LedgerTable::Line& line, RoomReport& report);
  void grant(LedgerFile& file, LedgerSeat& seat, const LedgerTable::Line& line);
  void announce(LedgerFile& file, RoomReport& report) noexcept;
  void nudge(LedgerFile& file, const LedgerSeat& seat, Attempt& attempt,
             RoomReport& report) noexcept;
  static void give_back(LedgerFile& file, LedgerSeat& seat) noexcept;
  void remember(LedgerSeat& seat);
  void forget(const LedgerSeat& seat) noexcept;
  [[nodiscard]] std::int64_t now_ms() const noexcept;

  LedgerOptions options_;
  LedgerSystem& system_;
  Logger log_;
  LedgerSharing sharing_;
  std::string path_;
  std::string boot_id_;
  std::int64_t pid_;
  std::vector<std::unique_ptr<LedgerFile>> files_;  // the last is in use; guarded by its lock
  std::atomic<LedgerFile*> file_{nullptr};
  std::atomic<std::uint64_t> nudged_{0};  // who was told last that it is his turn
  std::mutex seats_mutex_;                // guards seats_; taken after the file's lock
  std::vector<LedgerSeat*> seats_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/ledger_core.ipp>
#include <clams/memory/impl/ledger_entry.ipp>
#endif
