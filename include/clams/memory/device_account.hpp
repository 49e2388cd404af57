// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_delta.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/device_slots.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/memory_grant.hpp>
#include <clams/memory/memory_options.hpp>
#include <clams/memory/model_shelf.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// What lies on a device besides what allocators see, as measured with runs that were alone.
struct DeviceOverhead {
  Bytes context;   ///< what a process takes by using the device at all
  Bytes residual;  ///< what libraries take beside the allocator
};

/// Which of the two something outside the allocator is.
enum class OutsideKind { context, residual };

/// One device as this process sees it: the ledger that all processes share, what the device really
/// has, the models and grants of this process there.
///
/// Ownership: owns the ledger; borrows everything else, which must outlive it.
/// Threads: thread-safe. No lock of its own is held while the device or the ledger is asked.
/// Errors: the constructor throws Error io if the ledger cannot be used.
class DeviceAccount {
 public:
  struct Parts {
    const DeviceProbe& probe;
    PeakMeter& meter;
    ModelShelf& shelf;
    const MemoryOptions& options;
    const Clock& clock;
  };

  DeviceAccount(Device device, LedgerOptions ledger, const Parts& parts);
  DeviceAccount(const DeviceAccount&) = delete;
  DeviceAccount& operator=(const DeviceAccount&) = delete;
  DeviceAccount(DeviceAccount&&) = delete;
  DeviceAccount& operator=(DeviceAccount&&) = delete;
  ~DeviceAccount();

  [[nodiscard]] const Device& device() const noexcept { return device_; }
  [[nodiscard]] Ledger& ledger() noexcept { return ledger_; }
  [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }

  /// What is left free besides a new request's need, for others too.
  [[nodiscard]] Bytes margin() const;
  /// The same for this need: what has run here before fits, so that the margin does not make it too
  /// large.
  [[nodiscard]] Bytes margin(const RequestNeed& need) const;
  void set_overhead(const DeviceOverhead& overhead);
  /// A run that was alone saw so much beside the allocator. More than the usual margin is taken for
  /// somebody else's memory and not believed.
  void note_outside(Bytes outside, OutsideKind kind);
  [[nodiscard]] std::optional<DeviceOverhead> overhead() const;

  /// What a request has to be promised here, its models being held: all working parts, and the
  /// resident parts of models that nobody has been promised yet.
  struct Charge {
    Bytes total;
    std::vector<bool> with_resident;  ///< by model
  };
  [[nodiscard]] Charge charge(const RequestNeed& need) const;

  /// Whether the need would fit if nothing else were on the device.
  [[nodiscard]] bool can_ever_fit(const RequestNeed& need) const;

  /// Asks the ledger once for a waiting entry, after telling it what this process uses.
  RoomReport try_promise(LedgerEntry& entry);

  /// Knows which requests run here, so that a lone one can be told.
  [[nodiscard]] DeviceWatch& watch() noexcept { return watch_; }

  /// The device's figures now.
  [[nodiscard]] RoomReport look();

  /// Gives cached memory back and drops idle models, if that makes room for `shortage`.
  /// @return whether anything was given back.
  bool make_room(Bytes shortage);

  /// A promise of `charge`, with the places of the request's models.
  struct Granted {
    RequestNeed need;
    Charge charge;
    std::vector<ModelHold> holds;
    LedgerEntry promise;
    DeviceSlots::Slot slot = {};
  };

  /// Turns a promise into a grant: the resident parts go to the shelf with the models.
  /// @param expected how long the request will run; zero: not known.
  [[nodiscard]] MemoryGrant grant(Granted granted, std::chrono::milliseconds expected);

  /// The requests of this process that run here side by side.
  [[nodiscard]] DeviceSlots& slots() noexcept { return slots_; }
  [[nodiscard]] const DeviceSlots& slots() const noexcept { return slots_; }

  /// When a running request is expected to end that has at least `wanted`; none: nobody knows.
  [[nodiscard]] std::optional<std::chrono::milliseconds> expected_release(Bytes wanted) const;

  /// Gives memory that the allocator only keeps back to the device.
  /// @return what it keeps all the same.
  Bytes release_cached();

  /// Tells the ledger how much of its promises this process uses.
  /// @return what the allocator holds beyond them.
  Bytes settle();

  /// Evictions whose memory did not come back to the device.
  [[nodiscard]] std::size_t leaks() const;
  [[nodiscard]] std::size_t evictions() const;

  /// Destroys an evicted model and checks that the device shows its memory back.
  [[nodiscard]] EvictionHook eviction_hook();

 private:
  struct Active {
    std::shared_ptr<LedgerEntry> promise;
    Clock::SteadyTime start;
    std::chrono::milliseconds expected;
    DeviceSlots::Slot slot;
  };

  [[nodiscard]] Bytes own_margin() const;
  void forget(const std::shared_ptr<LedgerEntry>& promise) noexcept;
  Bytes spread(Bytes held);
  [[nodiscard]] DeviceReading read() const;

  const Parts parts_;
  const std::optional<Bytes> cap_;
  const Bytes leave_free_;
  const Device device_;
  Ledger ledger_;
  DeviceWatch watch_;
  DeviceSlots slots_;
  mutable std::mutex mutex_;  // guards all below
  std::vector<Active> active_;
  std::optional<DeviceOverhead> overhead_;
  std::size_t evictions_ = 0;
  std::size_t leaks_ = 0;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_account.ipp>
#endif
