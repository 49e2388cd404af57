// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/gpu_memory.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/error.hpp>
#include <clams/util/parameter_hash.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

inline constexpr std::chrono::milliseconds kTidyInterval{200};

/// Measures nothing: for programs that gave no meter.
class NoMeter : public PeakMeter {
 public:
  [[nodiscard]] std::string name() const override { return "none"; }
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind /*kind*/) override {
    return std::make_shared<NoScope>();
  }
  void close(const std::shared_ptr<MemoryScope>& /*scope*/) noexcept override {}
  [[nodiscard]] std::optional<Bytes> held(int /*device*/) const override { return std::nullopt; }
  void release_cached() noexcept override {}
  void translate_exception() const override {}

 private:
  class NoScope : public MemoryScope {
   public:
    [[nodiscard]] std::vector<MeasuredPeak> peaks() const override { return {}; }
  };
};

CLAMS_INLINE std::vector<std::unique_ptr<DeviceAccount>> open_accounts(const GpuMemoryParts& parts,
                                                                       ModelShelf& shelf) {
  std::vector<std::unique_ptr<DeviceAccount>> accounts;
  if (!parts.probe) return accounts;
  for (const Device& device : parts.probe->devices()) {
    const LedgerOptions ledger{.folder = parts.ledger_folder,
                               .device = device.uuid,
                               .owner = parts.owner,
                               .grace = parts.options.ledger_grace,
                               .clock = parts.clock,
                               .log = parts.log,
                               .system = parts.ledger_system};
    accounts.push_back(
        std::make_unique<DeviceAccount>(device, ledger,
                                        DeviceAccount::Parts{.probe = *parts.probe,
                                                             .meter = *parts.meter,
                                                             .shelf = shelf,
                                                             .options = parts.options,
                                                             .clock = *parts.clock}));
  }
  return accounts;
}

inline constexpr const char* kOverheadApp = "clams-device-overhead";

CLAMS_INLINE std::string overhead_hash(const Device& device) {
  return parameter_hash(
      std::vector<std::string>{"device=" + device.name, "driver=" + device.driver});
}

CLAMS_INLINE GpuMemoryParts with_meter(GpuMemoryParts parts) {
  if (!parts.meter) parts.meter = std::make_unique<NoMeter>();
  return parts;
}

CLAMS_INLINE std::string compute_type_of(const ModelRequirements& declared) {
  for (const RequirementRung& rung : declared.rungs()) {
    for (const ModelRequirement& model : rung.models) {
      if (!model.compute_type.empty()) return model.compute_type;
    }
  }
  return {};
}

}  // namespace detail

CLAMS_INLINE GpuMemory::GpuMemory() : GpuMemory(GpuMemoryParts{}) {}

CLAMS_INLINE GpuMemory::GpuMemory(GpuMemoryParts parts)
    : measures_(parts.meter != nullptr),
      parts_(detail::with_meter(std::move(parts))),
      logger_("clams.memory", parts_.log),
      shelf_(*parts_.clock),
      accounts_(detail::open_accounts(parts_, shelf_)),
      admission_(accounts_, shelf_, parts_.options, *parts_.clock, logger_),
      housekeeper_([this](const std::stop_token& stop) { keep_tidy(stop); }) {
  check_named_devices();
  recall_overheads();
}

// A card may be hidden from one process and not from another with the same settings, so that a
// limit for nobody is worth a warning only; but where to run must be known.
CLAMS_INLINE void GpuMemory::check_named_devices() const {
  const auto is_there = [this](const std::string& named) {
    return std::any_of(accounts_.begin(), accounts_.end(), [&](const auto& account) {
      return names_device(named, account->device().index, account->device().uuid);
    });
  };
  const MemoryOptions& options = parts_.options;
  for (const DeviceLimits* limits : {&options.caps, &options.leave_free}) {
    for (const std::string& named : limits->named()) {
      if (!is_there(named)) {
        logger_.warning("a limit is set for GPU " + named + ", which this process does not see");
      }
    }
  }
  if (!options.pin_to.empty() && !is_there(options.pin_to)) {
    throw Error{ErrorCode::usage, "requests are to run on GPU " + options.pin_to +
                                      ", but this process sees only " +
                                      counted(accounts_.size(), "GPU", "GPUs") + ", not this one"};
  }
}

CLAMS_INLINE GpuMemory::~GpuMemory() {
  housekeeper_.request_stop();
  housekeeper_.join();
  for (const ModelStatus& model : shelf_.list()) unload(model.key);
}

CLAMS_INLINE const std::vector<Device>& GpuMemory::devices() const noexcept {
  static const std::vector<Device> none;
  return parts_.probe ? parts_.probe->devices() : none;
}

CLAMS_INLINE EstimateInput estimate_input(const MemoryRequest& request, PeakStore* store) {
  EstimateInput input{.declared = request.declared,
                      .metadata_typical = request.metadata_typical,
                      .metadata_minimum = request.metadata_minimum,
                      .compute_type = detail::compute_type_of(request.declared)};
  if (store != nullptr) input.record = store->find(request.app, request.hash, request.prior_hash);
  return input;
}

CLAMS_INLINE RequestNeed GpuMemory::estimate(const MemoryRequest& request, const Device& device) {
  return resolve_requirements(estimate_input(request, store()), device, parts_.options.factors)
      .front();
}

// A minimum out of the metadata is no promise that the app makes do with it.
CLAMS_INLINE std::vector<RequestNeed> GpuMemory::needs(const EstimateInput& input,
                                                       const Device& device) const {
  std::vector<RequestNeed> result;
  for (RequestNeed& need : resolve_requirements(input, device, parts_.options.factors)) {
    const auto least = need.source == RequirementSource::metadata ? std::nullopt : at_minimum(need);
    result.push_back(std::move(need));
    if (least) result.push_back(*least);
  }
  return result;
}

CLAMS_INLINE std::unique_ptr<RequestMemory> GpuMemory::begin(MemoryRequest request) {
  // An estimate in the metadata alone, as clams-python's apps have it, does not ask for figures.
  const bool wants_figures = measures_ || request.declared.is_declared();
  const auto host = wants_figures ? HostMeasuring::on : HostMeasuring::off;
  const auto without_device = [&] {
    return std::make_unique<RequestMemory>(*this, std::move(request), MemoryGrant{shelf_}, host);
  };
  if (accounts_.empty()) return without_device();
  const EstimateInput input = estimate_input(request, store());
  // Who has no way to measure a GPU and says nothing of one does not use one.
  if (!measures_ && input.knows_nothing()) return without_device();
  AdmissionRequest asked{.id = request.id,
                         .needs = [&](const Device& device) { return needs(input, device); },
                         .patience = request.patience};
  if (input.record) {
    for (const auto& [key, peak] : input.record->devices) {
      asked.expected = std::max(asked.expected, peak.run_time);
    }
  }
  MemoryGrant grant = admission_.admit(asked);
  return std::make_unique<RequestMemory>(*this, std::move(request), std::move(grant), host);
}

CLAMS_INLINE ResidentModel::Loaded GpuMemory::load_model(
    const Device* device, const std::function<std::shared_ptr<void>()>& load) {
  const auto start = parts_.clock->steady_now();
  const MemoryGuard guard{*parts_.meter, ScopeKind::model};
  std::optional<MemoryGuard> host;
  if (device == nullptr) host.emplace(host_meter_, ScopeKind::model);
  ResidentModel::Loaded loaded;
  try {
    loaded.model = load();
  } catch (...) {
    parts_.meter->translate_exception();
    throw;
  }
  loaded.measured = measured_on(guard.peaks(), device).live;
  if (host && loaded.measured == Bytes{0})
    loaded.measured = measured_on(host->peaks(), device).live;
  loaded.load_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(parts_.clock->steady_now() - start);
  {
    const std::scoped_lock lock{totals_mutex_};
    ++totals_.loads;
    totals_.load_time += loaded.load_time;
  }
  if (DeviceAccount* account = device != nullptr ? account_of(device->uuid) : nullptr) {
    account->settle();
  }
  return loaded;
}

CLAMS_INLINE DeviceAccount* GpuMemory::account_of(const std::string& device) noexcept {
  for (const auto& account : accounts_) {
    if (account->device().uuid == device) return account.get();
  }
  return nullptr;
}

// The peak is that of GPUs, for other implementations too; the host's is told apart by its name.
CLAMS_INLINE void GpuMemory::record(const MemoryRequest& request, const Device* device,
                                    const DevicePeak& peak) {
  if (!parts_.store) return;
  PeakRecord run{.parameters = request.parameters};
  if (device != nullptr) run.peak = peak.weights + peak.working;
  const std::string name = device != nullptr ? device->name : kHostDevice;
  run.devices[PeakRecord::device_key(name, detail::compute_type_of(request.declared))] = peak;
  parts_.store->raise(request.app, request.hash, run);
  if (device != nullptr) remember_overhead(*device);
}

// Filed like the peak of an app: what a context takes are the weights, the rest is the work.
CLAMS_INLINE void GpuMemory::recall_overheads() {
  if (!parts_.store) return;
  for (const auto& account : accounts_) {
    const auto known =
        parts_.store->find(detail::kOverheadApp, detail::overhead_hash(account->device()));
    if (!known || known->devices.empty()) continue;
    const DevicePeak& figures = known->devices.begin()->second;
    account->set_overhead({.context = figures.weights, .residual = figures.working});
  }
}

CLAMS_INLINE void GpuMemory::remember_overhead(const Device& device) {
  const DeviceAccount* const account = account_of(device.uuid);
  const auto overhead = account != nullptr ? account->overhead() : std::nullopt;
  if (!overhead) return;
  DevicePeak figures;
  figures.weights = overhead->context;
  figures.working = overhead->residual;
  PeakRecord record{.peak = overhead->context + overhead->residual};
  record.devices[PeakRecord::device_key(device.name, "")] = figures;
  parts_.store->raise(detail::kOverheadApp, detail::overhead_hash(device), record);
}

CLAMS_INLINE void GpuMemory::count(const MemoryReport& report, RunEnd end) {
  const std::scoped_lock lock{totals_mutex_};
  if (end == RunEnd::out_of_memory) ++totals_.out_of_memory;
  const Bytes used = report.weights + report.allocated;
  if (end == RunEnd::succeeded && used > Bytes{0}) {
    totals_.estimate_ratio =
        static_cast<double>(report.estimate.count()) / static_cast<double>(used.count());
  }
}

CLAMS_INLINE GpuMemoryTotals GpuMemory::totals() const {
  const std::scoped_lock lock{totals_mutex_};
  return totals_;
}

CLAMS_INLINE void GpuMemory::free_idle(const std::string& device) {
  DeviceAccount* const account = account_of(device);
  if (account == nullptr) return;
  account->release_cached();
  shelf_.evict(device, shelf_.idle_bytes(device), account->eviction_hook());
}

CLAMS_INLINE EvictionHook GpuMemory::eviction_hook() {
  return [this](const ResidentModel& model, const std::function<void()>& destroy) {
    DeviceAccount* const account = account_of(model.device());
    if (account != nullptr) {
      account->eviction_hook()(model, destroy);
    } else {
      destroy();
    }
  };
}

CLAMS_INLINE bool GpuMemory::unload(const std::string& key) {
  return shelf_.unload(key, eviction_hook());
}

CLAMS_INLINE void GpuMemory::tidy_up() {
  shelf_.evict_expired(parts_.options.keep_alive, eviction_hook());
  for (const auto& account : accounts_) {
    account->settle();
    if (account->ledger().waiting_elsewhere() == 0) continue;
    // One model a round: the first may be enough for who waits.
    account->release_cached();
    shelf_.evict(account->device().uuid, Bytes{1}, account->eviction_hook());
  }
}

CLAMS_INLINE void GpuMemory::keep_tidy(const std::stop_token& stop) {
  std::unique_lock lock{tidy_mutex_};
  while (!stop.stop_requested()) {
    tidy_now_.wait_for(lock, stop, detail::kTidyInterval, [] { return false; });
    if (stop.stop_requested()) return;
    lock.unlock();
    try {
      tidy_up();
    } catch (const std::exception& error) {
      logger_.error(std::string{"tidying up GPU memory failed: "} + error.what());
    }
    lock.lock();
  }
}

}  // namespace clams
