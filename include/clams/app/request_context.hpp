// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/memory/request_memory.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/sampling.hpp>
#include <clams/params/parameters.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>
#include <clams/util/media_access.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// How a request came in and how long it may take. Filled by the server or the command line.
struct RequestOptions {
  std::string id = {};        ///< empty: one is made
  std::stop_token stop = {};  ///< asked when the client has left or the process ends
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  ///< none: no limit
  /// Told how far the work is; may be empty, may be entered by any thread of the app.
  std::function<void(double fraction, std::string_view what)> on_progress = {};
};

/// One request, as the app sees it.
///
/// Ownership: lives for one call of ClamsApp::annotate; borrows metadata, parameters, clock and
///   memory.
/// Threads: thread-safe, but for the two that sign views: those are for the thread that has the
/// Mmif. Errors: throw_if_stopped throws Error cancelled or deadline_exceeded.
class RequestContext {
 public:
  RequestContext(const AppMetadata& metadata, const RawParameters& raw,
                 const Parameters& parameters, RequestOptions options, const Clock& clock,
                 const Logger& logger, RequestMemory* memory = nullptr, MediaAccess media = {});
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  [[nodiscard]] const std::string& request_id() const noexcept { return options_.id; }
  /// Writes with this request's id.
  [[nodiscard]] const Logger& logger() const noexcept { return logger_; }

  /// The device that this request was admitted to, and its models: for ModelPool::acquire.
  /// @throws Error internal if the context was made by hand, without memory.
  [[nodiscard]] RequestMemory& memory() const;

  /// The files that this app may open and make for its clients. Documents know it already:
  /// `document.open()`; for other paths: `context.media().create(path)`.
  [[nodiscard]] const MediaAccess& media() const noexcept { return media_; }

  // --- results ---

  /// A new view of `mmif`, signed.
  View& new_view(Mmif& mmif);
  /// Signs a view made otherwise: app, tags, timestamp, the caller's parameters, the configuration.
  /// Signing twice is harmless.
  void sign(View& view) const;
  /// Tells the caller something without failing: it stands in a warnings view of the answer.
  void warn(std::string message);
  /// Warnings so far, in order.
  [[nodiscard]] std::vector<std::string> warnings() const;

  // --- staying stoppable ---

  /// Whether the client has left, the process ends, or the deadline is over.
  [[nodiscard]] bool stop_requested() const;
  /// @throws Error cancelled or deadline_exceeded if so.
  void throw_if_stopped() const;
  [[nodiscard]] std::stop_token stop_token() const { return options_.stop; }
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> deadline() const {
    return options_.deadline;
  }
  /// Reports how far the work is, 0 to 1.
  void progress(double fraction, std::string_view what = "") const;

  /// How TimeFrames are to be sampled in this request (parameter `tfSamplingMode`).
  [[nodiscard]] SamplingMode sampling_mode() const;

 private:
  [[nodiscard]] bool is_overdue() const;

  const AppMetadata& metadata_;
  const RawParameters& raw_;
  const Parameters& parameters_;
  RequestOptions options_;
  const Clock& clock_;
  Logger logger_;
  RequestMemory* memory_;
  MediaAccess media_;
  mutable std::mutex mutex_;  // guards warnings_
  std::vector<std::string> warnings_;
};

/// An id for a request that came without one: 15 hex digits, different each time.
[[nodiscard]] std::string make_request_id();

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/request_context.ipp>
#endif
