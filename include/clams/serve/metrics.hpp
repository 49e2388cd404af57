// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/work_queue.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace clams::http {

/// Who runs here, for the labels of `clams_build_info`.
struct BuildInfo {
  std::string app;  ///< identifier
  std::string app_version;
};

/// What a server counts, in Prometheus' text form. All labels come from closed sets.
///
/// Ownership: owns its counters.
/// Threads: thread-safe.
/// Errors: none.
class Metrics {
 public:
  explicit Metrics(const BuildInfo& build);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  Metrics(Metrics&&) = delete;
  Metrics& operator=(Metrics&&) = delete;
  ~Metrics();

  /// An annotate request was answered with `status` after `duration`.
  void count_request(int status, std::chrono::duration<double> duration);

  /// A request to the app's route `path` was answered; an answer in pieces counts from its head.
  void count_route_request(const std::string& path, int status,
                           std::chrono::duration<double> duration);

  /// A request waited this long for a worker.
  void observe_queue_wait(std::chrono::duration<double> wait);

  /// All metrics, with the queue as it is now.
  [[nodiscard]] std::string text(const WorkQueue::Counts& queue) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

/// The content type of `Metrics::text`.
inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/metrics.ipp>
#endif
