// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/app_version.hpp>
#include <clams/app/clams_app.hpp>
#include <clams/app/hardware.hpp>
#include <clams/app/request_context.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>
#include <clams/util/media_access.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace clams {

namespace detail {
class ParameterMemo;
class RemarkLog;
}  // namespace detail

/// How a run ended.
enum class RunOutcome {
  annotated,           ///< the app's work is in the text
  parameters_refused,  ///< a parameter is missing, wrong or not allowed; the text is as below
  app_failed           ///< the text is the input with an error view, always pretty
};

/// The answer to one annotate request: always an MMIF text.
struct RunResult {
  RunOutcome outcome;
  std::string mmif;
  std::string problem = {};  ///< what went wrong, in words; empty if nothing did
};

/// What a runner takes from its surroundings.
struct RunnerOptions {
  Environment environment = Environment::of_process();
  std::filesystem::path folder = program_folder();  ///< where git is asked for the version
  const Clock* clock = &real_clock();               ///< borrowed
  LogOptions log = {};                              ///< sink and clock are borrowed
  HardwareProbe hardware = describe_processor;
  GpuMemory* memory = nullptr;  ///< borrowed; none: every request runs on the processor
  MediaAccess media = {};       ///< the files that documents may name; by default any
};

/// Runs an app on request bodies: unwraps the envelope, parses, casts parameters, calls the app,
/// admits it to a device, measures, signs, collects warnings, writes - the steps of a CLAMS app
/// that are the same for all.
///
/// Ownership: borrows the app, memory, clock and log sink, which must outlive it; owns the
/// metadata. Threads: thread-safe; calls of `annotate` run side by side. Errors: the constructor
/// throws Error invalid_metadata; `annotate` as stated.
class AppRunner {
 public:
  explicit AppRunner(ClamsApp& app, RunnerOptions options = {});
  AppRunner(const AppRunner&) = delete;
  AppRunner& operator=(const AppRunner&) = delete;
  AppRunner(AppRunner&&) = delete;
  AppRunner& operator=(AppRunner&&) = delete;
  ~AppRunner();

  /// Metadata with version, identifier and universal parameters filled in.
  [[nodiscard]] const AppMetadata& metadata() const noexcept { return metadata_; }

  /// Lets the app make ready what requests with these parameters need, admitted and measured like
  /// a request of them.
  /// @throws Error invalid_parameter for parameters that no request could have; InsufficientMemory
  ///   if no device had room; cancelled or deadline_exceeded; whatever the app throws.
  WarmUp load(const RawParameters& parameters, const RequestOptions& options) const;

  /// The same with the parameters' defaults. A warm-up that fails is logged; the first request then
  /// does the work.
  void warm_up(const std::stop_token& stop = {}) const;

  /// What an app does for a command or a route of its own.
  using Work = std::function<void(const Parameters&, RequestContext&)>;

  /// Does the work as if it were an annotate request with these parameters: checks them, admits it
  /// to a device, measures it. After an allocation that failed in spite of admission the work is
  /// done a second time, from its beginning. Warnings of its context are the work's own to tell.
  /// @throws Error invalid_parameter; InsufficientMemory if no device had room; cancelled or
  ///   deadline_exceeded; and whatever the work throws.
  void run(const RawParameters& raw, RequestOptions options, const Work& work) const;

  /// The memory that requests are admitted to.
  [[nodiscard]] GpuMemory& memory() const noexcept { return *memory_; }

  /// Named by the app's identifier.
  [[nodiscard]] const Logger& logger() const noexcept { return logger_; }

  /// Annotates one body. `query` are the parameters of the query string or the command line; they
  /// replace an envelope's of the same name. Whatever the app throws is in the result, not thrown.
  /// @throws Error invalid_input for a body that is not an MMIF or envelope; InsufficientMemory if
  ///   no device had room; cancelled, deadline_exceeded or unavailable if the request could not be
  ///   run to its end.
  [[nodiscard]] RunResult annotate(std::string body, const RawParameters& query = {},
                                   RequestOptions options = {}) const;

 private:
  ClamsApp& app_;
  RunnerOptions options_;
  AppMetadata metadata_;
  Logger logger_;
  std::unique_ptr<detail::ParameterMemo> known_parameters_;
  std::unique_ptr<detail::RemarkLog> remarks_;
  std::unique_ptr<GpuMemory> own_memory_;  // without GPUs; if none was given
  GpuMemory* memory_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/app_runner.ipp>
#include <clams/app/impl/app_runner_work.ipp>
#endif
