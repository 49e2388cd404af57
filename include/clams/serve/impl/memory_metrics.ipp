// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/memory_figures.hpp>
#include <clams/util/config.hpp>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <string>

namespace clams {

namespace detail {

/// Figures that stand elsewhere, laid out for one answer.
///
/// Ownership: owns its registry.
/// Threads: confined.
/// Errors: none.
class MetricsSheet {
 public:
  using Labels = std::map<std::string, std::string>;

  void count(const std::string& name, const std::string& help, const Labels& labels, double value) {
    prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels).Increment(
        value);
  }
  void gauge(const std::string& name, const std::string& help, const Labels& labels, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels).Set(value);
  }
  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer{}.Serialize(registry_.Collect());
  }

 private:
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
};

CLAMS_INLINE void add_decisions(MetricsSheet& sheet, const AdmissionCounts& counts) {
  const std::string name = "clams_admission_decisions_total";
  const std::string help = "Requests that asked for GPU memory, by what they were told";
  sheet.count(name, help, {{"decision", "admitted"}, {"reason", ""}},
              static_cast<double>(counts.admitted));
  for (std::size_t code = 0; code < counts.refused.size(); ++code) {
    sheet.count(name, help,
                {{"decision", "refused"},
                 {"reason", std::string{code_name(static_cast<RefusalCode>(code))}}},
                static_cast<double>(counts.refused[code]));
  }
  sheet.gauge("clams_admission_waiting", "Requests that wait for GPU memory", {},
              static_cast<double>(counts.waiting));
  sheet.count("clams_vram_unknown_total", "Readings of a GPU that failed", {},
              static_cast<double>(counts.unknown));
}

CLAMS_INLINE void add_device(MetricsSheet& sheet, DeviceAccount& account) {
  const MetricsSheet::Labels labels{{"gpu_uuid", account.device().uuid}};
  const RoomReport room = account.look();
  sheet.gauge("clams_gpu_requests_running", "Requests of this process that run on the GPU", labels,
              static_cast<double>(account.slots().in_use()));
  if (room.is_known()) {
    sheet.gauge("clams_vram_free_bytes", "What a new request could be promised", labels,
                static_cast<double>(room.available().count()));
    sheet.gauge("clams_vram_foreign_bytes", "Used by those that have no promise", labels,
                static_cast<double>(room.foreign.count()));
  }
  sheet.gauge("clams_vram_reserved_bytes", "Promised, in all processes", labels,
              static_cast<double>(room.promised.count()));
  sheet.count("clams_model_evictions_total", "Models dropped to make room or for idleness", labels,
              static_cast<double>(account.evictions()));
  sheet.count("clams_model_leaks_total", "Evictions whose memory did not come back", labels,
              static_cast<double>(account.leaks()));
}

CLAMS_INLINE void add_models(MetricsSheet& sheet, GpuMemory& memory) {
  const GpuMemoryTotals totals = memory.totals();
  sheet.count("clams_model_loads_total", "Models loaded", {}, static_cast<double>(totals.loads));
  sheet.count("clams_model_load_seconds_total", "Time spent loading models", {},
              std::chrono::duration<double>(totals.load_time).count());
  sheet.count("clams_vram_out_of_memory_total", "Allocations that failed in spite of admission", {},
              static_cast<double>(totals.out_of_memory));
  sheet.gauge("clams_vram_estimate_error_ratio",
              "Of the last measured run: what was asked for, by what was used", {},
              totals.estimate_ratio);
}

}  // namespace detail

namespace http {

CLAMS_INLINE std::string memory_metrics_text(GpuMemory& memory) {
  detail::MetricsSheet sheet;
  detail::add_models(sheet, memory);
  if (!memory.accounts().empty()) detail::add_decisions(sheet, memory.counts());
  for (const auto& account : memory.accounts()) detail::add_device(sheet, *account);
  return sheet.text();
}

}  // namespace http
}  // namespace clams
