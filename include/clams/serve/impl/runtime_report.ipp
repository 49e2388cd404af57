// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/memory_figures.hpp>
#include <clams/serve/process_usage.hpp>
#include <clams/serve/runtime_report.hpp>
#include <clams/util/config.hpp>
#include <clams/version.hpp>

#include <chrono>
#include <unistd.h>

namespace clams::http {

CLAMS_INLINE std::string_view phase_name(Phase phase) noexcept {
  switch (phase) {
    case Phase::starting: return "starting";
    case Phase::warming: return "warming up";
    case Phase::ready: return "ready";
    case Phase::draining: return "draining";
  }
  return "unknown";
}

CLAMS_INLINE Json queue_figures(const WorkQueue& queue) {
  const WorkQueue::Counts counts = queue.counts();
  Json requests = Json::array();
  for (const WorkQueue::Waiting& waiting : queue.line()) {
    requests.push_back({{"position", requests.size() + 1},
                        {"request", waiting.name},
                        {"waited_seconds", waiting.waited.count()}});
  }
  return {{"running", counts.running},
          {"waiting", counts.waiting},
          {"limit", counts.limit},
          {"workers", counts.workers},
          {"requests", std::move(requests)}};
}

CLAMS_INLINE Json runtime_figures(const WorkQueue& queue, GpuMemory& memory) {
  const ProcessUsage usage = process_usage();
  Json figures = Json::object();
  figures["cpu"] = {
      {"cores", usage.cores}, {"load", usage.load}, {"process_seconds", usage.cpu_time.count()}};
  figures["memory"] = {{"process_bytes", usage.resident.count()},
                       {"available_bytes", usage.available.count()},
                       {"total_bytes", usage.total.count()}};
  figures["queue"] = queue_figures(queue);
  figures["gpu"] = gpu_figures(memory);
  figures["models"] = model_figures(memory);
  return figures;
}

CLAMS_INLINE Json runtime_report(const AppRunner& runner, Phase phase, Clock::SteadyTime start,
                                 const WorkQueue& queue) {
  const AppMetadata& metadata = runner.metadata();
  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - start;
  Json report = Json::object();
  report["app"] = metadata.name;
  report["identifier"] = metadata.identifier;
  report["app_version"] = metadata.app_version;
  report["sdk"] = std::string{"clams-cpp "} + kVersion;
  report["state"] = phase_name(phase);
  report["pid"] = ::getpid();
  report["uptime_seconds"] = uptime.count();
  report.update(runtime_figures(queue, runner.memory()));
  report["admission"] = admission_figures(runner.memory());
  report["profiles"] = profile_figures(runner.memory().store(), metadata.identifier);
  return report;
}

}  // namespace clams::http
