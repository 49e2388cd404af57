// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <clams/app/clams_app.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>

namespace clams {

/// How a run ended.
enum class RunOutcome {
  annotated,   ///< the app's work is in the text
  app_failed   ///< the text is the input with an error view (always pretty)
};

/// The answer to one annotate request: always an MMIF text.
struct RunResult {
  RunOutcome outcome;
  std::string mmif;
};

/// Runs an app on request bodies: unwraps the envelope, parses, casts parameters, calls the app,
/// profiles, signs, collects warnings, writes - the steps of a CLAMS app that are the same for all.
///
/// Ownership: borrows the app, clock and environment, which must outlive it; owns the completed metadata.
/// Threads: thread-safe; calls run side by side.
/// Errors: the constructor throws Error invalid_metadata; `annotate` throws Error invalid_input for a body
///   that is not an MMIF (or envelope), cancelled and deadline_exceeded; whatever the app throws is in the result.
class AppRunner {
 public:
  explicit AppRunner(ClamsApp& app, const Environment& environment = process_environment(),
                     const Clock& clock = real_clock());
  ~AppRunner();

  /// Metadata with version, identifier and universal parameters filled in.
  [[nodiscard]] const AppMetadata& metadata() const noexcept;

  /// `query` are the parameters of the query string or command line; they go before an envelope's.
  [[nodiscard]] RunResult annotate(std::string body, const RawParameters& query,
                                   RequestOptions options = {}) const;

 private:
  // the helper that implements this completes it
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/app_runner.ipp>
#endif
