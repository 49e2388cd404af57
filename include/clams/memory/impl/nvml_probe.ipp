// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/nvml_reader.hpp>
#include <clams/memory/detail/timed_worker.hpp>
#include <clams/memory/impl/nvml_reader.ipp>
#include <clams/memory/nvml_probe.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <system_error>

namespace clams {

struct NvmlProbe::Impl {
  std::chrono::milliseconds read_budget;
  std::shared_ptr<const detail::NvmlReader> reader = nullptr;
  std::unique_ptr<detail::TimedWorker> worker = nullptr;
  detail::NvmlInventory inventory = {};
  std::vector<Device> devices = {};

  void start(const Environment& environment, const NvmlProbeOptions& options);
  void find_devices(const Environment& environment, const NvmlProbeOptions& options,
                    const DeviceLimits& limits);
};

CLAMS_INLINE void NvmlProbe::Impl::start(const Environment& environment,
                                         const NvmlProbeOptions& options) {
  const DeviceLimits limits{environment};
  try {
    auto library = std::make_shared<detail::NvmlLibrary>(options.library);
    reader = std::make_shared<detail::NvmlReader>(std::move(library), options);
    worker = std::make_unique<detail::TimedWorker>();
    find_devices(environment, options, limits);
  } catch (const Error& error) {
    inventory.why_unavailable = error.what();
  } catch (const std::system_error& error) {
    inventory.why_unavailable =
        std::string{"no thread can be started to read the devices: "} + error.what();
  }
}

CLAMS_INLINE void NvmlProbe::Impl::find_devices(const Environment& environment,
                                                const NvmlProbeOptions& options,
                                                const DeviceLimits& limits) {
  const auto chosen = environment.get("CUDA_VISIBLE_DEVICES");
  auto found = worker->ask<detail::NvmlInventory>(
      [asked = reader, chosen, limits] { return asked->take_inventory(chosen, limits); },
      options.startup_budget);
  if (!found) {
    inventory.why_unavailable = "NVML did not list the devices within " +
                                std::to_string(options.startup_budget.count()) + " ms";
    return;
  }
  inventory = std::move(*found);
  for (const auto& source : inventory.sources) devices.push_back(source->device);
}

CLAMS_INLINE NvmlProbe::NvmlProbe(const Environment& environment, const NvmlProbeOptions& options)
    : impl_(std::make_unique<Impl>(Impl{options.read_budget})) {
  impl_->start(environment, options);
}

CLAMS_INLINE NvmlProbe::~NvmlProbe() {
  if (!impl_->worker) return;
  // Shutting NVML down may hang like any other call, so it is left to the worker.
  // If a call hangs now, the library goes when that ends.
  static_cast<void>(impl_->worker->run(
      [last = std::move(impl_->reader)]() mutable { last.reset(); }, impl_->read_budget));
}

CLAMS_INLINE const std::vector<Device>& NvmlProbe::devices() const { return impl_->devices; }

CLAMS_INLINE DeviceReading NvmlProbe::read(const std::string& uuid) const {
  const auto& sources = impl_->inventory.sources;
  const auto source = std::ranges::find_if(
      sources, [&](const auto& candidate) { return candidate->device.uuid == uuid; });
  if (source == sources.end()) {
    return DeviceReading::unknown("no device " + uuid + " is visible to this process");
  }
  auto reading = impl_->worker->ask<DeviceReading>(
      [reader = impl_->reader, asked = *source] { return reader->read(*asked); },
      impl_->read_budget);
  if (reading) return std::move(*reading);
  return DeviceReading::unknown(uuid + ": NVML did not answer within " +
                                std::to_string(impl_->read_budget.count()) + " ms");
}

CLAMS_INLINE const std::string& NvmlProbe::why_unavailable() const noexcept {
  return impl_->inventory.why_unavailable;
}

CLAMS_INLINE const std::vector<std::string>& NvmlProbe::remarks() const noexcept {
  return impl_->inventory.remarks;
}

}  // namespace clams
