// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/resident_model.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams {

/// How a loaded model looks to people: `/runtime`, `/metrics`, the log.
struct ModelStatus {
  std::string key;
  std::string device;  ///< UUID; empty on the processor
  bool is_loaded;
  bool is_pinned;
  std::size_t holds;  ///< requests that use it or will
  Bytes promised;
  Bytes measured;
  std::chrono::milliseconds load_time;
  std::size_t uses;
  std::chrono::milliseconds idle;  ///< since the last use ended; zero while in use
};

/// What an operator wants of a model.
enum class Pin {
  keep,    ///< it is never dropped for room or idleness
  release  ///< it is dropped like any other
};

/// Who destroys a model that is dropped: calls `destroy` once, and may look at the device before
/// and after it.
using EvictionHook =
    std::function<void(const ResidentModel&, const std::function<void()>& destroy)>;

class ModelShelf;

/// Keeps a model's place on the shelf.
///
/// Ownership: shares the model; borrows the shelf, which must outlive it.
/// Threads: confined.
/// Errors: none.
class ModelHold {
 public:
  ModelHold() = default;
  ModelHold(ModelShelf& shelf, std::shared_ptr<ResidentModel> model)
      : shelf_(&shelf), model_(std::move(model)) {}
  ModelHold(ModelHold&& other) noexcept;
  ModelHold& operator=(ModelHold&& other) noexcept;
  ModelHold(const ModelHold&) = delete;
  ModelHold& operator=(const ModelHold&) = delete;
  ~ModelHold();

  [[nodiscard]] ResidentModel& model() const noexcept { return *model_; }
  [[nodiscard]] std::shared_ptr<const ResidentModel> share() const noexcept { return model_; }

 private:
  void end() noexcept;

  ModelShelf* shelf_ = nullptr;
  std::shared_ptr<ResidentModel> model_;
};

/// The one copy of each model on each device of this process: who holds it, what was promised for
/// it, and which to drop when room is needed.
///
/// Ownership: shares the models with their holders; borrows the clock.
/// Threads: thread-safe. A model is loaded and destroyed outside the shelf's lock.
/// Errors: none of its own.
class ModelShelf {
 public:
  explicit ModelShelf(const Clock& clock = real_clock()) : clock_(clock) {}
  ModelShelf(const ModelShelf&) = delete;
  ModelShelf& operator=(const ModelShelf&) = delete;
  ModelShelf(ModelShelf&&) = delete;
  ModelShelf& operator=(ModelShelf&&) = delete;
  ~ModelShelf() = default;

  /// Holds the model's place, loaded or not: it is not dropped until the hold ends.
  [[nodiscard]] ModelHold hold(const std::string& key, const std::string& device);

  /// Whether the model's memory is promised already, so that a request is charged its working part
  /// only. True from the promise on, not only from the end of the load.
  [[nodiscard]] bool is_covered(const std::string& key, const std::string& device) const;

  /// Takes over the promise for a held model's memory.
  /// @return the promise, if there is one for it already: two requests were promised it at once.
  [[nodiscard]] std::optional<LedgerEntry> cover(const ModelHold& held, LedgerEntry promise);

  /// Says how the held model may be used, and how long it stays.
  void set_sharing(const ModelHold& held, const ModelSharing& sharing);

  /// Pins the model's copies on all devices, or releases them, whatever their sharing says, until
  /// they are dropped.
  /// @return whether there are any that are loaded.
  bool pin(const std::string& key, Pin wish);

  /// Drops idle, unpinned models of the device, the cheapest first (few bytes times seconds of
  /// reloading, seldom used, long idle), until `wanted` bytes are free or none is left.
  /// @return what was promised for them.
  Bytes evict(const std::string& device, Bytes wanted, const EvictionHook& hook);

  /// Drops models that have been idle for longer than their keep-alive, or than `keep_alive` if
  /// they have none of their own.
  Bytes evict_expired(std::chrono::milliseconds keep_alive, const EvictionHook& hook);

  /// Drops the model from every device, if nobody holds it.
  /// @return whether anything was dropped.
  bool unload(const std::string& key, const EvictionHook& hook);

  /// How much could be evicted from the device now.
  [[nodiscard]] Bytes idle_bytes(const std::string& device) const;

  [[nodiscard]] std::vector<ModelStatus> list() const;

  /// Spreads what the allocator holds of a device over the promises of its models, so that the
  /// ledger knows it as ours. @return what is left over.
  Bytes settle(const std::string& device, Bytes held);

 private:
  friend class ModelHold;
  using Place = std::pair<std::string, std::string>;  // device, key

  void release(ResidentModel& model) noexcept;
  using Choose = std::function<bool(const ModelStatus&, const ModelSharing&)>;

  [[nodiscard]] ModelStatus status(const ResidentModel& model) const;
  /// Takes the idle model that costs least off the shelf, so that nobody can hold it any more.
  [[nodiscard]] std::shared_ptr<ResidentModel> take_idle(const Choose& choose);
  static Bytes drop(const std::shared_ptr<ResidentModel>& model, const EvictionHook& hook);

  const Clock& clock_;
  mutable std::mutex mutex_;  // guards models_ and every model's bookkeeping
  std::map<Place, std::shared_ptr<ResidentModel>> models_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/model_shelf.ipp>
#endif
