// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/measured_run.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams::detail {

CLAMS_INLINE void run_measured(GpuMemory& gpu, RequestMemory& memory, MemoryReport& report,
                               const std::function<void()>& work) {
  try {
    try {
      work();
    } catch (...) {
      gpu.meter().translate_exception();
      throw;
    }
  } catch (const DeviceOutOfMemory&) {
    report = memory.finish(RunEnd::out_of_memory);
    throw;
  } catch (...) {
    report = memory.finish(RunEnd::failed);
    throw;
  }
  report = memory.finish(RunEnd::succeeded);
}

CLAMS_INLINE Refusal out_of_memory_refusal(const MemoryReport& report,
                                           const AppMetadata& metadata) {
  const Bytes had = report.weights + report.allocated;
  return {.code = RefusalCode::out_of_memory,
          .model = metadata.name,
          .required = std::max(report.estimate, had),
          .available = had,
          .source = report.source,
          .device = report.device,
          .retry_after = retry_after(std::chrono::milliseconds{0}, metadata.identifier)};
}

CLAMS_INLINE void refuse_stopped(const RequestOptions& options, const Clock& clock) {
  if (options.stop.stop_requested()) {
    throw Error{ErrorCode::cancelled, "request " + options.id + " was cancelled before it began"};
  }
  if (options.deadline && clock.steady_now() >= *options.deadline) {
    throw Error{ErrorCode::deadline_exceeded,
                "request " + options.id + " was over its deadline before it began"};
  }
}

}  // namespace clams::detail
