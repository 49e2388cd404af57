// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <clams/app/app_metadata.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/sampling.hpp>
#include <clams/params/parameters.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>

namespace clams {

/// How a request came in and how long it may take. Filled by the server or the command line.
struct RequestOptions {
  std::string id;                                                    ///< empty: one is made
  std::stop_token stop;                                              ///< asked when the client has left
  std::optional<std::chrono::steady_clock::time_point> deadline;     ///< none: no limit
  std::function<void(double fraction, std::string_view what)> on_progress;  ///< may be empty
};

/// One request, as the app sees it.
///
/// Ownership: lives for one call of ClamsApp::annotate; borrows metadata, parameters, clock and logger.
/// Threads: thread-safe for stop_requested, throw_if_stopped, progress, warn and logger; signing views is for
///   the thread that owns the Mmif.
/// Errors: throw_if_stopped throws Error cancelled or deadline_exceeded.
class RequestContext {
 public:
  RequestContext(const AppMetadata& metadata, const Parameters& parameters, RequestOptions options,
                 const Clock& clock, const Logger& logger);
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  [[nodiscard]] const std::string& request_id() const noexcept;
  [[nodiscard]] const Logger& logger() const noexcept;

  // --- results -------------------------------------------------------------------------------------

  /// A new view of `mmif`, signed: app, timestamp, tags, raw parameters, configuration.
  View& new_view(Mmif& mmif);
  /// Signs a view made otherwise. Signing twice is harmless.
  void sign(View& view);
  /// Tells the caller something without failing: it appears in a warnings view of this answer.
  void warn(std::string message);

  // --- staying stoppable ------------------------------------------------------------------------------

  /// Whether the client has left, the process stops, or the deadline is over.
  [[nodiscard]] bool stop_requested() const;
  void throw_if_stopped() const;
  [[nodiscard]] std::stop_token stop_token() const;
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> deadline() const;
  /// Reports how far the work is, 0 to 1.
  void progress(double fraction, std::string_view what = "");

  /// How TimeFrames are to be sampled in this request (parameter `tfSamplingMode`).
  [[nodiscard]] SamplingMode sampling_mode() const;

  /// Warnings so far, in order.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  // the helper that implements this completes it
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/request_context.ipp>
#endif
