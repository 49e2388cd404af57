// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/metrics.hpp>
#include <clams/serve/process_usage.hpp>
#include <clams/util/config.hpp>
#include <clams/version.hpp>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <vector>

namespace clams {

namespace detail {

// From a look-up in a cache to an hour of film.
CLAMS_INLINE const std::vector<double>& duration_buckets() {
  static const std::vector<double> buckets{0.005, 0.02, 0.1, 0.5, 1,   2.5, 5,
                                           10,    30,   60,  300, 900, 3600};
  return buckets;
}

CLAMS_INLINE prometheus::Gauge& add_gauge(prometheus::Registry& registry, const std::string& name,
                                          const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

CLAMS_INLINE prometheus::Histogram& add_histogram(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(
      {}, duration_buckets());
}

}  // namespace detail

namespace http {

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("clams_requests_total")
          .Help("Annotate requests answered, by HTTP status (499: the client left)")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& route_requests =
      prometheus::BuildCounter()
          .Name("clams_route_requests_total")
          .Help("Requests to the app's own routes answered, by route and HTTP status")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& route_duration =
      prometheus::BuildHistogram()
          .Name("clams_route_request_duration_seconds")
          .Help("From the request's arrival to its answer, or the answer's beginning")
          .Register(registry);
  prometheus::Histogram& duration = detail::add_histogram(
      registry, "clams_request_duration_seconds", "From the request's arrival to its answer");
  prometheus::Histogram& queue_wait = detail::add_histogram(
      registry, "clams_queue_wait_seconds", "Time that requests waited for a worker");
  prometheus::Gauge& queue_depth =
      detail::add_gauge(registry, "clams_queue_depth", "Requests that wait for a worker");
  prometheus::Gauge& running =
      detail::add_gauge(registry, "clams_requests_running", "Requests that run");
  prometheus::Gauge& resident =
      detail::add_gauge(registry, "process_resident_memory_bytes", "Resident memory");
  prometheus::Counter& cpu = prometheus::BuildCounter()
                                 .Name("process_cpu_seconds_total")
                                 .Help("Processor time used")
                                 .Register(registry)
                                 .Add({});
  std::mutex cpu_mutex;  // guards the step from reading cpu to raising it

  /// Looked up by its label once: this is asked for with each request.
  [[nodiscard]] prometheus::Counter& requests_with(int status) {
    auto& known = requests_by_status.at(static_cast<std::size_t>(std::clamp(status, 0, 599)));
    prometheus::Counter* counter = known.load(std::memory_order_acquire);
    if (counter == nullptr) {
      counter = &requests.Add({{"code", std::to_string(status)}});
      known.store(counter, std::memory_order_release);
    }
    return *counter;
  }
  std::array<std::atomic<prometheus::Counter*>, 600> requests_by_status = {};
};

CLAMS_INLINE Metrics::Metrics(const BuildInfo& build) : families_(std::make_unique<Families>()) {
  prometheus::BuildGauge()
      .Name("clams_build_info")
      .Help("What runs here; always 1")
      .Register(families_->registry)
      .Add({{"version", kVersion}, {"app", build.app}, {"app_version", build.app_version}})
      .Set(1);
}

CLAMS_INLINE Metrics::~Metrics() = default;

CLAMS_INLINE void Metrics::count_request(int status, std::chrono::duration<double> duration) {
  families_->requests_with(status).Increment();
  families_->duration.Observe(duration.count());
}

CLAMS_INLINE void Metrics::count_route_request(const std::string& path, int status,
                                               std::chrono::duration<double> duration) {
  families_->route_requests.Add({{"code", std::to_string(status)}, {"route", path}}).Increment();
  families_->route_duration.Add({{"route", path}}, detail::duration_buckets())
      .Observe(duration.count());
}

CLAMS_INLINE void Metrics::observe_queue_wait(std::chrono::duration<double> wait) {
  families_->queue_wait.Observe(wait.count());
}

CLAMS_INLINE std::string Metrics::text(const WorkQueue::Counts& queue) const {
  const ProcessUsage usage = process_usage();
  families_->queue_depth.Set(static_cast<double>(queue.waiting));
  families_->running.Set(static_cast<double>(queue.running));
  families_->resident.Set(static_cast<double>(usage.resident.count()));
  {
    const std::scoped_lock lock{families_->cpu_mutex};
    const double grown = usage.cpu_time.count() - families_->cpu.Value();
    if (grown > 0) families_->cpu.Increment(grown);
  }
  return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

}  // namespace http
}  // namespace clams
