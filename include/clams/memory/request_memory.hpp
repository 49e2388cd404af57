// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_account.hpp>
#include <clams/memory/device_delta.hpp>
#include <clams/memory/memory_grant.hpp>
#include <clams/memory/memory_guard.hpp>
#include <clams/memory/model_requirements.hpp>
#include <clams/memory/patience.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/memory/peak_record.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <typeindex>
#include <vector>

namespace clams {

/// A request, as far as its memory is concerned.
struct MemoryRequest {
  std::string id = {};
  std::string app = {};         ///< identifier; peaks are remembered by it
  std::string hash = {};        ///< of the parameters: what is remembered is looked up by it
  std::string prior_hash = {};  ///< clams-python's for the same request; empty: none
  Json parameters = {};         ///< for people who read the records
  ModelRequirements declared = {};
  Bytes metadata_typical = Bytes{0};  ///< est_gpu_mem_typ
  Bytes metadata_minimum = Bytes{0};  ///< est_gpu_mem_min
  Patience patience = {};
};

/// How a measured run ended.
enum class RunEnd { succeeded, failed, out_of_memory };

/// What a request got and took, for its view, the log and the metrics.
struct MemoryReport {
  std::string device = {};  ///< UUID; empty: ran on the processor
  std::string rung = {};
  Bytes estimate;  ///< what was asked for, resident parts included
  RequirementSource source = RequirementSource::declared;
  Bytes weights;                          ///< of the models it used, as measured
  Bytes allocated;                        ///< the most it had at one time, on top of the models
  Bytes reserved;                         ///< by how much the allocator's hold on the device grew
  std::optional<Bytes> device_peak = {};  ///< what the device showed, if the run was alone
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds load_time{0};  ///< of models that this request loaded
  bool is_host = false;         ///< the figures are of the host's memory: it ran on the processor
  bool is_upper_bound = false;  ///< what others took meanwhile could not be told apart
};

/// What a request's memory needs of the process that it runs in.
///
/// Ownership: an interface; requests borrow it.
/// Threads: thread-safe; hooks may be entered concurrently.
/// Errors: `load_model` throws what `load` throws; the others do not throw.
class RequestKeeper {
 public:
  RequestKeeper() = default;
  RequestKeeper(const RequestKeeper&) = delete;
  RequestKeeper& operator=(const RequestKeeper&) = delete;
  RequestKeeper(RequestKeeper&&) = delete;
  RequestKeeper& operator=(RequestKeeper&&) = delete;

  [[nodiscard]] virtual PeakMeter& meter() noexcept = 0;
  /// Measures what runs on the processor.
  [[nodiscard]] virtual PeakMeter& host_meter() noexcept = 0;
  [[nodiscard]] virtual const Clock& clock() const noexcept = 0;
  /// Loads a model, measured apart from the request.
  [[nodiscard]] virtual ResidentModel::Loaded load_model(
      const Device* device, const std::function<std::shared_ptr<void>()>& load) = 0;
  /// Remembers what a run took on the device; null: on the processor.
  virtual void record(const MemoryRequest& request, const Device* device,
                      const DevicePeak& peak) = 0;
  /// Counts the run.
  virtual void count(const MemoryReport& report, RunEnd end) = 0;
  /// The device's account, for what the device itself shows; none for one that is not known.
  [[nodiscard]] virtual DeviceAccount* account_of(const std::string& device) noexcept = 0;

 protected:
  ~RequestKeeper() = default;
};

/// Whether a run on the processor is measured by the memory of the host.
enum class HostMeasuring { off, on };

/// One request's memory from its admission to its end: the device it runs on, its models, and what
/// it takes.
///
/// Ownership: owns the grant and the measurement; borrows its keeper, which must outlive it.
/// Threads: made, finished and destroyed on the thread that runs the request; the rest is
///   thread-safe.
/// Errors: as stated; the destructor never throws.
class RequestMemory {
 public:
  RequestMemory(RequestKeeper& keeper, MemoryRequest request, MemoryGrant grant,
                HostMeasuring host = HostMeasuring::off);
  RequestMemory(const RequestMemory&) = delete;
  RequestMemory& operator=(const RequestMemory&) = delete;
  RequestMemory(RequestMemory&&) = delete;
  RequestMemory& operator=(RequestMemory&&) = delete;
  ~RequestMemory();

  /// The device to run on; none: the processor.
  [[nodiscard]] const Device* device() const noexcept { return grant_.device(); }
  /// Which of the declared alternatives runs; empty if only one was declared.
  [[nodiscard]] const std::string& rung() const noexcept { return grant_.rung(); }
  [[nodiscard]] const MemoryGrant& grant() const noexcept { return grant_; }
  [[nodiscard]] const MemoryRequest& request() const noexcept { return request_; }

  /// The model on this request's device, loaded by `load` if it is not there: for ModelPool.
  /// @throws whatever `load` throws, DeviceOutOfMemory instead of the allocator's own; Error
  ///   cancelled or deadline_exceeded while it waits for somebody else's load.
  [[nodiscard]] std::shared_ptr<void> get_model(const ModelHold& held, std::type_index type,
                                                const std::function<std::shared_ptr<void>()>& load);

  /// Ends the measurement and has it remembered. A run that did not succeed proves no peak, only
  /// that at least so much is needed.
  MemoryReport finish(RunEnd end);

 private:
  [[nodiscard]] MemoryReport report() const;
  void look_at_device(MemoryReport& report);
  void look_at_host(MemoryReport& report) const;
  [[nodiscard]] DevicePeak proven_peak(const MemoryReport& run) const;
  [[nodiscard]] static DevicePeak proven_lack(const MemoryReport& run, RunEnd end);

  RequestKeeper& keeper_;
  const MemoryRequest request_;
  MemoryGrant grant_;
  DeviceAccount* account_;
  Bytes held_before_;
  std::optional<DeviceDelta> delta_;
  std::optional<MemoryGuard> guard_;
  std::optional<MemoryGuard> host_;  // ends first: scopes nest
  const Clock::SteadyTime start_;
  mutable std::mutex mutex_;  // guards the following
  std::vector<std::shared_ptr<const ResidentModel>> used_;
  std::chrono::milliseconds load_time_{0};
};

/// What was measured on the device; without a device, on any.
[[nodiscard]] MeasuredPeak measured_on(const std::vector<MeasuredPeak>& peaks,
                                       const Device* device);

/// The report as it stands in a view's appProfiling.
[[nodiscard]] Json memory_report_json(const MemoryReport& report);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/request_memory.ipp>
#endif
