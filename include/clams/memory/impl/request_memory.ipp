// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/request_memory.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE RequestMemory::RequestMemory(RequestKeeper& keeper, MemoryRequest request,
                                          MemoryGrant grant, HostMeasuring host)
    : keeper_(keeper),
      request_(std::move(request)),
      grant_(std::move(grant)),
      account_(grant_.device() != nullptr ? keeper.account_of(grant_.device()->uuid) : nullptr),
      guard_(std::in_place, keeper.meter(), ScopeKind::request),
      start_(keeper.clock().steady_now()) {
  if (device() == nullptr && host == HostMeasuring::on) {
    host_.emplace(keeper.host_meter(), ScopeKind::request);
  }
  if (account_ == nullptr) return;
  held_before_ = keeper.meter().held(account_->device().index).value_or(Bytes{0});
  delta_.emplace(account_->watch());
}

CLAMS_INLINE RequestMemory::~RequestMemory() = default;

CLAMS_INLINE std::shared_ptr<void> RequestMemory::get_model(
    const ModelHold& held, std::type_index type,
    const std::function<std::shared_ptr<void>()>& load) {
  auto model = held.model().get_or_load(
      type,
      [&] {
        ResidentModel::Loaded loaded = keeper_.load_model(device(), load);
        const std::scoped_lock lock{mutex_};
        load_time_ += loaded.load_time;
        return loaded;
      },
      request_.patience);
  const std::scoped_lock lock{mutex_};
  const auto shared = held.share();
  if (std::find(used_.begin(), used_.end(), shared) == used_.end()) used_.push_back(shared);
  return model;
}

CLAMS_INLINE MemoryReport RequestMemory::report() const {
  const MeasuredPeak peak = guard_ ? measured_on(guard_->peaks(), device()) : MeasuredPeak{};
  MemoryReport report;
  if (device() != nullptr) report.device = device()->uuid;
  report.rung = rung();
  report.estimate = grant_.need().total();
  report.source = grant_.need().source;
  report.allocated = std::max(peak.allocated, peak.failed_at);
  report.reserved = peak.reserved;
  report.waited = grant_.waited();
  const std::scoped_lock lock{mutex_};
  for (const auto& model : used_) report.weights += model->facts().measured;
  report.load_time = load_time_;
  return report;
}

CLAMS_INLINE MemoryReport RequestMemory::finish(RunEnd end) {
  MemoryReport result = report();
  look_at_device(result);
  look_at_host(result);
  host_.reset();
  guard_.reset();
  keeper_.count(result, end);
  if (device() == nullptr) {
    const bool is_proof = result.is_host && !result.is_upper_bound && end == RunEnd::succeeded;
    if (is_proof) keeper_.record(request_, nullptr, proven_peak(result));
    return result;
  }
  const DevicePeak peak = end == RunEnd::succeeded ? proven_peak(result) : proven_lack(result, end);
  if (end == RunEnd::succeeded || peak.at_least > Bytes{0}) {
    keeper_.record(request_, device(), peak);
  }
  return result;
}

// The app's own meter is exact where it knows the processor's memory; the kernel sees all of it.
CLAMS_INLINE void RequestMemory::look_at_host(MemoryReport& report) const {
  if (!host_) return;
  report.is_host = true;
  if (report.allocated > Bytes{0}) return;
  const MeasuredPeak peak = measured_on(host_->peaks(), nullptr);
  report.allocated = peak.allocated;
  report.is_upper_bound = peak.is_upper_bound;
}

// What the device shows beyond what the allocator holds lies outside of it: the context that the
// first use of a device makes, and what libraries take.
CLAMS_INLINE void RequestMemory::look_at_device(MemoryReport& report) {
  if (!delta_) return;
  const auto seen = delta_->measure();
  const auto held = keeper_.meter().held(account_->device().index);
  if (!seen || !seen->was_alone) return;
  report.device_peak = seen->growth();
  if (!held) return;
  const Bytes outside = seen->after - seen->before - (*held - held_before_);
  const bool is_first = held_before_ == Bytes{0} && *held > Bytes{0};
  account_->note_outside(outside, is_first ? OutsideKind::context : OutsideKind::residual);
}

CLAMS_INLINE DevicePeak RequestMemory::proven_peak(const MemoryReport& run) const {
  DevicePeak peak;
  peak.weights = run.weights;
  peak.working = run.allocated;
  peak.reserved_growth = run.reserved;
  peak.device = run.device_peak.value_or(Bytes{0});
  peak.load_time = run.load_time;
  peak.run_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(keeper_.clock().steady_now() - start_);
  if (device() != nullptr) peak.driver = device()->driver;
  peak.library = device() != nullptr ? keeper_.meter().name() : keeper_.host_meter().name();
  const auto& features = request_.declared.features();
  if (!features.empty()) {
    peak.samples.push_back({.features = features, .working = run.allocated});
  }
  return peak;
}

// An allocation that failed shows that what was promised is too little, even if nothing measured
// it.
CLAMS_INLINE DevicePeak RequestMemory::proven_lack(const MemoryReport& run, RunEnd end) {
  DevicePeak peak;
  peak.at_least = run.weights + run.allocated;
  if (end == RunEnd::out_of_memory) peak.at_least = std::max(peak.at_least, run.estimate);
  return peak;
}

CLAMS_INLINE MeasuredPeak measured_on(const std::vector<MeasuredPeak>& peaks,
                                      const Device* device) {
  MeasuredPeak found;
  for (const MeasuredPeak& peak : peaks) {
    if (device == nullptr || peak.device == device->index) found = peak;
  }
  return found;
}

CLAMS_INLINE Json memory_report_json(const MemoryReport& report) {
  Json json = Json::object();
  if (!report.device.empty()) json["uuid"] = report.device;
  if (!report.rung.empty()) json["rung"] = report.rung;
  json["allocatedBytes"] = report.allocated.count();
  if (!report.is_host) json["reservedBytes"] = report.reserved.count();
  if (report.is_upper_bound) json["isUpperBound"] = true;
  json["modelBytes"] = report.weights.count();
  if (report.device_peak) json["devicePeakBytes"] = report.device_peak->count();
  if (!report.device.empty()) {
    json["estimateBytes"] = report.estimate.count();
    json["estimateSource"] = source_name(report.source);
    json["waitSeconds"] = std::chrono::duration<double>(report.waited).count();
  }
  json["loadSeconds"] = std::chrono::duration<double>(report.load_time).count();
  return json;
}

}  // namespace clams
