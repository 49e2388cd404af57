// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/admission.hpp>
#include <clams/memory/device_account.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/host_meter.hpp>
#include <clams/memory/memory_options.hpp>
#include <clams/memory/model_shelf.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/memory/request_memory.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace clams {

/// What the memory of a process is made of. Without a probe there are no GPUs, without a meter
/// nothing is measured, without a store nothing is remembered.
struct GpuMemoryParts {
  std::unique_ptr<DeviceProbe> probe = {};
  std::unique_ptr<PeakMeter> meter = {};
  std::unique_ptr<PeakStore> store = {};
  std::filesystem::path ledger_folder = {};
  detail::LedgerSystem* ledger_system = nullptr;  ///< borrowed; nullptr: the operating system
  std::string owner = {};  ///< who makes promises here, for people: the app's identifier
  MemoryOptions options = {};
  const Clock* clock = &real_clock();  ///< borrowed
  LogOptions log = {};                 ///< sink and clock are borrowed
};

/// What happened so far, for `/metrics`.
struct GpuMemoryTotals {
  std::size_t loads = 0;
  std::chrono::milliseconds load_time{0};
  std::size_t out_of_memory = 0;
  double estimate_ratio = 0;  ///< of the last measured run: asked for by used; zero: none yet
};

/// Everything a process knows of GPU memory, and the way in for a request: `begin` works out what
/// it needs, waits until there is room, and measures what it takes.
///
/// Ownership: owns its parts, the models on the shelf and the promises for them; borrows clock and
///   log sink. The destructor drops all models.
/// Threads: thread-safe.
/// Errors: the constructor throws Error io if a device's ledger cannot be used, usage if requests
///   are to run on a device that is not there; otherwise as stated.
class GpuMemory final : public RequestKeeper {
 public:
  /// No GPUs: every request runs on the processor at once.
  GpuMemory();
  explicit GpuMemory(GpuMemoryParts parts);
  GpuMemory(const GpuMemory&) = delete;
  GpuMemory& operator=(const GpuMemory&) = delete;
  GpuMemory(GpuMemory&&) = delete;
  GpuMemory& operator=(GpuMemory&&) = delete;
  ~GpuMemory();

  /// Admits the request; blocks while it waits for room.
  /// @throws InsufficientMemory; Error cancelled or deadline_exceeded.
  [[nodiscard]] std::unique_ptr<RequestMemory> begin(MemoryRequest request);

  /// Gives the device's cached memory back and drops its idle models, after an allocation failed.
  void free_idle(const std::string& device);

  /// What a request would ask for on the device, on its first rung.
  [[nodiscard]] RequestNeed estimate(const MemoryRequest& request, const Device& device);

  /// Drops models that were idle for too long, gives memory that other processes wait for back, and
  /// tells the ledgers what is used. Runs by itself every now and then; tests call it.
  void tidy_up();

  /// Drops an idle model. @return whether there was one.
  bool unload(const std::string& key);

  [[nodiscard]] const std::vector<Device>& devices() const noexcept;
  [[nodiscard]] std::vector<std::unique_ptr<DeviceAccount>>& accounts() noexcept {
    return accounts_;
  }
  [[nodiscard]] ModelShelf& shelf() noexcept { return shelf_; }
  [[nodiscard]] PeakMeter& meter() noexcept override { return *parts_.meter; }
  [[nodiscard]] PeakMeter& host_meter() noexcept override { return host_meter_; }
  [[nodiscard]] PeakStore* store() noexcept { return parts_.store.get(); }
  [[nodiscard]] const MemoryOptions& options() const noexcept { return parts_.options; }
  [[nodiscard]] const Clock& clock() const noexcept override { return *parts_.clock; }
  [[nodiscard]] AdmissionCounts counts() const { return admission_.counts(); }
  [[nodiscard]] GpuMemoryTotals totals() const;

 private:
  void record(const MemoryRequest& request, const Device* device, const DevicePeak& peak) override;
  void count(const MemoryReport& report, RunEnd end) override;
  [[nodiscard]] ResidentModel::Loaded load_model(
      const Device* device, const std::function<std::shared_ptr<void>()>& load) override;
  [[nodiscard]] EvictionHook eviction_hook();
  [[nodiscard]] std::vector<RequestNeed> needs(const EstimateInput& input,
                                               const Device& device) const;
  [[nodiscard]] DeviceAccount* account_of(const std::string& device) noexcept override;
  void check_named_devices() const;
  void recall_overheads();
  void remember_overhead(const Device& device);
  void keep_tidy(const std::stop_token& stop);

  const bool measures_;
  GpuMemoryParts parts_;
  HostMeter host_meter_;
  Logger logger_;
  ModelShelf shelf_;
  std::vector<std::unique_ptr<DeviceAccount>> accounts_;
  Admission admission_;
  mutable std::mutex totals_mutex_;  // guards totals_
  GpuMemoryTotals totals_;
  std::mutex tidy_mutex_;  // for the wait between two rounds
  std::condition_variable_any tidy_now_;
  std::jthread housekeeper_;  // last: it uses all of the above
};

/// What is known about a request before it is put to a device.
/// @param store where peaks are remembered; null: nowhere.
[[nodiscard]] EstimateInput estimate_input(const MemoryRequest& request, PeakStore* store);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/gpu_memory.ipp>
#endif
