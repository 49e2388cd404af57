// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

namespace detail {
class LedgerSystem;
}

/// Where the ledger of a device lies, and how patient it is.
struct LedgerOptions {
  std::filesystem::path folder;  ///< see ledger_folder()
  std::string device;            ///< UUID: one file for each
  std::string owner = {};        ///< who makes the promises, for people: the app's identifier
  std::chrono::milliseconds grace{5000};          ///< a dead owner's promise counts this long
  std::chrono::milliseconds lock_patience{2000};  ///< for the file's lock
  const Clock* clock = &real_clock();             ///< borrowed; for the grace time
  LogOptions log = {};                            ///< sink and clock are borrowed
  detail::LedgerSystem* system = nullptr;         ///< borrowed; nullptr: the operating system
};

/// Whether anybody knows what the run behind a promise takes.
enum class PromiseKind : std::uint32_t {
  known,
  probing  ///< the run is there to find out: one such promise at a time on a device
};

/// What somebody wants to be promised.
struct PromiseRequest {
  Bytes need;
  Bytes margin = Bytes{0};   ///< to be left free besides
  std::string request = {};  ///< its id, for people
  int bypass_limit = 8;      ///< how often later ones may overtake this one while it waits
  PromiseKind kind = PromiseKind::known;
};

/// A live or recently dead promise, as people see it.
struct PromiseHolder {
  std::int64_t pid;
  std::string owner;
  std::string request;
  Bytes promised;
  Bytes used;
  enum class State { promised, waiting, dead } state;
  std::size_t position = 0;  ///< in the line of those who wait, from 1; zero: does not wait
};

/// Why there is no promise (yet).
enum class PromiseAnswer {
  promised,
  no_room,      ///< too much is used or promised; wait
  not_my_turn,  ///< there may be room, but somebody who came earlier waits for it
  probed,       ///< there is room, but another probing run has to end first
  unknown,      ///< the device could not be read
  ledger_full,  ///< all slots are taken
  busy          ///< somebody held the file's lock too long
};

/// The figures that an answer rests on.
struct RoomReport {
  PromiseAnswer answer = PromiseAnswer::busy;
  Bytes total;            ///< of the device
  Bytes foreign;          ///< used by those that have no promise
  Bytes promised;         ///< all promises, live and dead
  Bytes unsettled;        ///< so much of both may be the same memory: taken, and not told yet
  std::size_t ahead = 0;  ///< waiting before this one, in all processes
  std::string why_unknown = {};
  std::uint32_t epoch = 0;  ///< of the ledger that this speaks of, for wait_for_change

  /// What a new promise could have had, the margin aside.
  [[nodiscard]] Bytes available() const;

  /// Whether the figures are of the device as it was then.
  [[nodiscard]] bool is_known() const {
    return answer != PromiseAnswer::unknown && answer != PromiseAnswer::busy;
  }
  /// Why they are not, in words; empty if they are.
  [[nodiscard]] std::string problem() const {
    if (is_known()) return {};
    return why_unknown.empty() ? "its ledger is locked by somebody" : why_unknown;
  }
};

class Ledger;

/// A place in a device's ledger: first in the waiting line, then a promise of memory. The kernel
/// gives it up when the process dies, however it dies.
///
/// Ownership: owns the slot and the file lock that keeps it alive; the ledger must outlive it. The
///   destructor leaves the line or gives the memory back at once, so free the memory before.
/// Threads: confined; `set_used` is thread-safe.
/// Errors: the destructor and `set_used` never throw.
class LedgerEntry {
 public:
  LedgerEntry(LedgerEntry&& other) noexcept;
  LedgerEntry& operator=(LedgerEntry&& other) noexcept;
  LedgerEntry(const LedgerEntry&) = delete;
  LedgerEntry& operator=(const LedgerEntry&) = delete;
  ~LedgerEntry();

  [[nodiscard]] bool is_promised() const noexcept;
  [[nodiscard]] Bytes promised() const noexcept;

  /// Says how much of the promise is in use: raise it after allocating, lower it before freeing, so
  /// that a race can only make the device look fuller than it is.
  void set_used(Bytes used) noexcept;

  /// Moves `part` of this promise into a promise of its own, in one step: nobody else can take it
  /// in between. For a model that stays loaded after the request that loaded it. The new one has
  /// nothing in use; say what each uses afterwards.
  /// @param request what the new one is for, for people; empty: the same request.
  /// @throws Error unavailable if no slot is free, internal if `part` is more than is promised.
  [[nodiscard]] LedgerEntry split(Bytes part, std::string_view request = {});

  /// Asks for less from now on, at the same place in the line: somebody else has been promised a
  /// part of it that both can share. @pre `is_promised` is false.
  /// @return whether that is so; no if somebody held the file's lock too long.
  [[nodiscard]] bool ask_less(Bytes need);

  /// Makes the promise smaller, when less was needed than thought.
  void shrink_to(Bytes amount) noexcept;

  /// The descriptor whose lock keeps the promise alive. A child that inherits it keeps the memory
  /// promised when its parent dies; it is close-on-exec until the caller clears that (in the child,
  /// between fork and exec). If the parent gives the promise up while the child lives, it stays,
  /// too, until the child ends. A fork without exec is not supported while there are entries: the
  /// child would keep them all.
  [[nodiscard]] int descriptor() const noexcept;

 private:
  friend class Ledger;
  struct Slot;
  explicit LedgerEntry(std::unique_ptr<Slot> slot);
  std::unique_ptr<Slot> slot_;
};

/// The promises of all processes of the host on one device: a file of fixed slots, mapped into each
/// process. Checking for room and promising it are one step under the file's lock; a promise lives
/// as long as its owner's lock on the slot does, so neither a daemon nor a heartbeat is needed. The
/// memory of an owner that died counts as taken until the grace time is over, because the device
/// shows it back later than the kernel drops the lock.
///
/// Ownership: owns the mapping; borrows the clock and the log's sink.
/// Threads: thread-safe; not to be used in a child after a fork without exec.
/// Errors: the constructor throws Error io for a folder that is not safe to use (not ours, on a
///   network file system) or cannot be written, naming it. A torn or foreign file is rebuilt from
///   the locks that are held, and that is logged: a promise whose record is lost counts as the
///   whole device until its owner, which restores it, or the kernel, when the owner dies, says
///   otherwise.
class Ledger {
 public:
  /// Reads what the device has, under the ledger's lock.
  using ReadDevice = std::function<DeviceReading()>;

  explicit Ledger(LedgerOptions options);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  Ledger(Ledger&&) = delete;
  Ledger& operator=(Ledger&&) = delete;
  ~Ledger();

  /// Takes a place at the end of the line; `try_promise` then asks for the memory.
  /// @throws Error unavailable if every slot is taken or the file's lock was held too long.
  [[nodiscard]] LedgerEntry enter(const PromiseRequest& request);

  /// Makes the waiting entry a promise if
  ///     foreign + all promises + need + margin <= total,
  /// where foreign is what the device says is busy less what promise holders say they use, and if
  /// nobody who came earlier has been overtaken too often. Of probing ones there is never more than
  /// one promise at a time.
  /// @throws Error io if the system refuses a call; whatever `read` throws. There is no promise
  /// then.
  RoomReport try_promise(LedgerEntry& entry, const ReadDevice& read);

  /// The figures as they are now, without asking for anything. The answer is `promised` if there is
  /// room at all and nobody waits, `not_my_turn` if somebody waits.
  [[nodiscard]] RoomReport look(const ReadDevice& read);

  /// Waits until something in the ledger is other than `report` says, but not longer than
  /// `patience` nor than 250 ms: a process that dies wakes nobody, so whoever waits has to look
  /// again.
  void wait_for_change(const RoomReport& report, std::chrono::milliseconds patience);

  /// A state of a ledger: what its `epoch` was before somebody looked at it.
  struct Seen {
    const Ledger* ledger;
    std::uint32_t epoch;
  };
  /// The same, for several devices: until something in one of their ledgers is another. A kernel
  /// that is older than 5.16 watches the first one only.
  static void wait_for_change(std::span<const Seen> seen, std::chrono::milliseconds patience);

  /// Counts the changes.
  [[nodiscard]] std::uint32_t epoch() const noexcept;

  /// Wakes all waiters, those of other processes too, e.g. because a client has left.
  void wake() noexcept;

  /// How many entries of other ledgers, that is, of other processes, wait for room. Takes no lock.
  [[nodiscard]] std::size_t waiting_elsewhere() const;

  /// Who has a promise, waits, or died lately; empty if the file's lock was held too long.
  [[nodiscard]] std::vector<PromiseHolder> holders() const;

  [[nodiscard]] const LedgerOptions& options() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/ledger.ipp>
#endif
