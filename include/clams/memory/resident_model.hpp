// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/ledger.hpp>
#include <clams/memory/patience.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

namespace clams {

class ModelHold;
class ModelShelf;

/// How the copies of a model may be used.
struct ModelSharing {
  std::size_t contexts = 0;  ///< requests that may use one copy side by side; 0: any number
  std::optional<std::chrono::milliseconds> keep_alive = {};  ///< none: MemoryOptions::keep_alive
  bool is_pinned = false;                                    ///< never dropped for room or idleness
};

/// One copy of a model on one device, loaded or about to be.
///
/// Ownership: owns the model, through a pointer that leases share.
/// Threads: thread-safe. Bookkeeping is guarded by its shelf's mutex, the model by its own.
/// Errors: a failing load is thrown to all who waited for it; the next caller tries again.
class ResidentModel {
 public:
  using Erased = std::shared_ptr<void>;
  /// Makes the model and says how long it took and what it was measured to take.
  struct Loaded {
    Erased model;
    Bytes measured;
    std::chrono::milliseconds load_time;
  };
  using Load = std::function<Loaded()>;

  ResidentModel(std::string key, std::string device)
      : key_(std::move(key)), device_(std::move(device)) {}

  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] const std::string& device() const noexcept { return device_; }

  /// The model; loads it if nobody has. Of callers that come while it is being loaded, all get this
  /// one copy, or all get this load's error.
  /// @throws Error internal if the copy is of another type; as Patience::wait.
  [[nodiscard]] Erased get_or_load(std::type_index type, const Load& load,
                                   const Patience& patience);

  /// Waits for one of the copy's `count` contexts. @return its number, from 0.
  /// @throws Error as Patience::wait.
  [[nodiscard]] std::size_t take_context(std::size_t count, const Patience& patience);
  void return_context(std::size_t context) noexcept;

  /// What is known of the copy.
  struct Facts {
    bool is_loaded;
    Bytes measured;
    std::chrono::milliseconds load_time;
  };
  [[nodiscard]] Facts facts() const;

 private:
  friend class ModelShelf;
  friend class ModelHold;

  [[nodiscard]] Erased checked(std::type_index type) const;
  void load_unlocked(std::unique_lock<std::mutex>& lock, std::type_index type, const Load& load);
  [[nodiscard]] Erased take_model() noexcept;

  const std::string key_;
  const std::string device_;

  mutable std::mutex mutex_;  // guards the following; not held while loading
  std::condition_variable_any changed_;
  Erased model_;
  std::type_index type_ = typeid(void);
  bool is_loading_ = false;
  std::size_t attempts_ = 0;
  std::exception_ptr failure_;  // of the last attempt
  std::vector<bool> taken_;     // contexts, by number
  Bytes measured_;
  std::chrono::milliseconds load_time_{0};

  // Guarded by the shelf's mutex.
  std::optional<LedgerEntry> promise_;
  ModelSharing sharing_;
  std::optional<bool> pinned_by_hand_;  // whatever sharing_ says
  std::size_t holds_ = 0;
  std::size_t uses_ = 0;
  Clock::SteadyTime last_use_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/resident_model.ipp>
#endif
