// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/app/complete_metadata.hpp>
#include <clams/app/detail/duration_text.hpp>
#include <clams/app/detail/failure.hpp>
#include <clams/app/detail/finish_run.hpp>
#include <clams/app/detail/known_parameters.hpp>
#include <clams/app/detail/measured_run.hpp>
#include <clams/app/detail/memory_request.hpp>
#include <clams/app/detail/remark_log.hpp>
#include <clams/app/detail/signing.hpp>
#include <clams/app/envelope.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace clams {

namespace detail {

/// One run of an app on one parsed MMIF, from the parameters to the written answer.
///
/// Ownership: lives for one request; borrows everything.
/// Threads: confined.
/// Errors: whatever goes wrong is thrown; `step` then says what was being done.
class AnnotateRun {
 public:
  AnnotateRun(ClamsApp& app, const AppMetadata& metadata, const RunnerOptions& surroundings,
              ParameterMemo& known, GpuMemory& gpu, const Logger& logger)
      : app_(app),
        metadata_(metadata),
        surroundings_(surroundings),
        known_(known),
        gpu_(gpu),
        logger_(logger) {}

  [[nodiscard]] std::string annotate(Mmif& mmif, const RawParameters& raw,
                                     const RequestOptions& options);
  [[nodiscard]] std::string step() const;

  /// The device that the last run was on; empty: the processor.
  [[nodiscard]] const std::string& device() const noexcept { return memory_report_.device; }
  /// What a run that an allocation failed in is answered with.
  [[nodiscard]] Refusal refusal() const;

 private:
  [[nodiscard]] MemoryRequest memory_request(const KnownParameters& known,
                                             const RequestOptions& options) const;
  void run_app(Mmif& mmif, const Parameters& parameters, RequestContext& context,
               RequestMemory& memory);
  void finish(Mmif& mmif, RequestContext& context, const RawParameters& raw);
  [[nodiscard]] Json profile(const Parameters& parameters) const;

  ClamsApp& app_;
  const AppMetadata& metadata_;
  const RunnerOptions& surroundings_;
  ParameterMemo& known_;
  GpuMemory& gpu_;
  const Logger& logger_;
  Clock::SteadyTime start_ = surroundings_.clock->steady_now();
  std::string_view step_ = "reading the parameters";  // empty: in the app's annotate()
  MemoryReport memory_report_;
};

CLAMS_INLINE MemoryRequest AnnotateRun::memory_request(const KnownParameters& known,
                                                       const RequestOptions& options) const {
  MemoryRequest request = detail::memory_request(app_, metadata_, known);
  request.id = options.id;
  request.patience = {.stop = options.stop, .deadline = options.deadline};
  return request;
}

CLAMS_INLINE std::string AnnotateRun::annotate(Mmif& mmif, const RawParameters& raw,
                                               const RequestOptions& options) {
  const auto known = known_.refine(metadata_.parameters, raw);
  const Parameters& parameters = known->parameters;
  step_ = "admitting the request to a device";
  const auto memory = gpu_.begin(memory_request(*known, options));
  mmif.set_media_access(surroundings_.media);
  RequestContext context{metadata_, raw,          parameters,         options, *surroundings_.clock,
                         logger_,   memory.get(), surroundings_.media};
  step_ = {};
  run_app(mmif, parameters, context, *memory);

  step_ = "completing the views of the run";
  finish(mmif, context, raw);
  stamp_views(mmif, metadata_.identifier, surroundings_.clock->system_now(), profile(parameters));
  step_ = "checking the views of the run";
  mmif.check_new_views();
  step_ = "writing the answer";
  const bool pretty = parameters.get<bool>("pretty");
  return mmif.serialize(pretty ? MmifLayout::pretty : MmifLayout::compact, UnusedContains::drop);
}

CLAMS_INLINE std::string AnnotateRun::step() const {
  if (!step_.empty()) return std::string{step_};
  return readable_type_name(typeid(app_).name()) + "::annotate";
}

CLAMS_INLINE void AnnotateRun::run_app(Mmif& mmif, const Parameters& parameters,
                                       RequestContext& context, RequestMemory& memory) {
  run_measured(gpu_, memory, memory_report_, [&] { app_.annotate(mmif, parameters, context); });
}

CLAMS_INLINE Refusal AnnotateRun::refusal() const {
  return out_of_memory_refusal(memory_report_, metadata_);
}

CLAMS_INLINE void AnnotateRun::finish(Mmif& mmif, RequestContext& context,
                                      const RawParameters& raw) {
  place_document_properties(mmif, context, metadata_.identifier);
  const bool has_output = remove_empty_views(mmif);
  std::vector<std::string> warnings = undeclared_parameter_warnings(metadata_.parameters, raw);
  for (std::string& warning : context.warnings()) warnings.push_back(std::move(warning));
  if (!has_output) warnings.push_back(empty_output_warning(metadata_.identifier));
  add_warnings_view(mmif, context, warnings);
}

CLAMS_INLINE Json AnnotateRun::profile(const Parameters& parameters) const {
  Json profile = Json::object();
  if (parameters.get<bool>("runningTime")) {
    profile["runningTime"] = duration_text(surroundings_.clock->steady_now() - start_);
  }
  if (parameters.get<bool>("hwFetch")) {
    Hardware hardware = surroundings_.hardware();
    if (hardware.cuda.empty()) hardware.cuda = describe_gpus(gpu_.devices());
    profile["hardware"] = hardware_json(hardware);
  }
  if (!memory_report_.device.empty()) profile["gpuMemory"] = memory_report_json(memory_report_);
  if (memory_report_.is_host) profile["hostMemory"] = memory_report_json(memory_report_);
  return profile;
}

using InputText = std::shared_ptr<const std::string>;

/// A request's body, taken out of its envelope and read.
struct ReadRequest {
  InputText text;
  Mmif mmif;
  RawParameters parameters = {};
};

/// The MMIF, if the text is one; whoever gets none looks for an envelope, and for what is wrong.
CLAMS_INLINE std::optional<Mmif> read_plain_mmif(const InputText& text) {
  try {
    return Mmif::parse(text);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) throw;
    return std::nullopt;
  }
}

/// Nearly all bodies are plain MMIFs; that they are no envelope is known when they have been read,
/// so that large ones are gone through but once.
CLAMS_INLINE ReadRequest read_request(std::string body) {
  const auto text = std::make_shared<std::string>(std::move(body));
  if (auto mmif = read_plain_mmif(text)) return {.text = text, .mmif = *std::move(mmif)};
  RequestBody opened = open_envelope(std::move(*text));
  const auto unwrapped = std::make_shared<const std::string>(std::move(opened.mmif));
  return {.text = unwrapped,
          .mmif = Mmif::parse(unwrapped),
          .parameters = std::move(opened.parameters)};
}

/// The input as it came, with a view that says what went wrong.
CLAMS_INLINE std::string with_error_view(const InputText& input, const AppMetadata& metadata,
                                         const RawParameters& raw, const Clock& clock,
                                         std::string message, std::string trace) {
  Mmif mmif = Mmif::parse(input);
  View& view = mmif.new_view();
  sign_as_app(view, metadata, raw, clock);
  view.set_error(std::move(message), std::move(trace));
  return mmif.serialize(MmifLayout::pretty);
}

/// Runs the app; once more after freeing what is idle if an allocation failed in spite of
/// admission.
/// @throws InsufficientMemory if it failed again.
CLAMS_INLINE std::string annotate_within_memory(AnnotateRun& run, Mmif mmif, const InputText& input,
                                                const RawParameters& raw,
                                                const RequestOptions& options, GpuMemory& gpu,
                                                const Logger& logger) {
  try {
    return run.annotate(mmif, raw, options);
  } catch (const DeviceOutOfMemory& error) {
    logger.warning(std::string{"out of GPU memory in spite of admission: "} + error.what());
    gpu.free_idle(run.device());
    if (!gpu.options().retry_out_of_memory) throw InsufficientMemory{run.refusal()};
  }
  Mmif again = Mmif::parse(input);
  try {
    return run.annotate(again, raw, options);
  } catch (const DeviceOutOfMemory& error) {
    logger.error(std::string{"out of GPU memory again: "} + error.what());
    throw InsufficientMemory{run.refusal()};
  }
}

}  // namespace detail

CLAMS_INLINE AppRunner::AppRunner(ClamsApp& app, RunnerOptions options)
    : app_(app),
      options_(std::move(options)),
      logger_("clams", options_.log),
      known_parameters_(std::make_unique<detail::ParameterMemo>()),
      remarks_(std::make_unique<detail::RemarkLog>()),
      own_memory_(options_.memory == nullptr ? std::make_unique<GpuMemory>() : nullptr),
      memory_(own_memory_ ? own_memory_.get() : options_.memory) {
  const std::string version = find_app_version(options_.folder, options_.environment);
  CompletedMetadata completed = complete_metadata(app.app_metadata(), version);
  app.check_metadata(completed.metadata);
  metadata_ = std::move(completed.metadata);
  logger_ = Logger{metadata_.identifier, options_.log};
  for (const std::string& warning : completed.warnings) logger_.warning(warning);
}

CLAMS_INLINE AppRunner::~AppRunner() = default;

CLAMS_INLINE WarmUp AppRunner::load(const RawParameters& raw, const RequestOptions& options) const {
  const auto known = known_parameters_->refine(metadata_.parameters, raw);
  const Parameters& parameters = known->parameters;
  MemoryRequest request = detail::memory_request(app_, metadata_, *known);
  request.id = options.id;
  request.patience = {.stop = options.stop, .deadline = options.deadline};
  const auto memory = memory_->begin(std::move(request));
  try {
    const WarmUp done = app_.warm_up(parameters, *memory);
    if (done == WarmUp::ran) memory->finish(RunEnd::succeeded);
    return done;
  } catch (...) {
    memory_->meter().translate_exception();
    throw;
  }
}

CLAMS_INLINE void AppRunner::warm_up(const std::stop_token& stop) const {
  try {
    const WarmUp done = load(RawParameters{}, {.id = "warm-up", .stop = stop});
    logger_.info(done == WarmUp::nothing ? "this app has no warm-up" : "warmed up");
  } catch (const std::exception& error) {
    logger_.warning(std::string{"the warm-up failed: "} + error.what());
  }
}

CLAMS_INLINE RunResult AppRunner::annotate(std::string body, const RawParameters& query,
                                           RequestOptions options) const {
  if (options.id.empty()) options.id = make_request_id();
  detail::ReadRequest request = detail::read_request(std::move(body));
  const RawParameters raw = merge_parameters(std::move(request.parameters), query);
  detail::refuse_stopped(options, *options_.clock);

  const Logger logger = logger_.with_request_id(options.id);
  for (const std::string& remark : request.mmif.remarks()) remarks_->tell(remark, logger);
  detail::AnnotateRun run{app_, metadata_, options_, *known_parameters_, *memory_, logger};
  try {
    std::string text = detail::annotate_within_memory(run, std::move(request.mmif), request.text,
                                                      raw, options, *memory_, logger);
    return {.outcome = RunOutcome::annotated, .mmif = std::move(text)};
  } catch (...) {
    detail::rethrow_refusals();
    const detail::Failure failure = detail::describe_current_exception();
    std::string message = detail::failure_message(failure);
    logger.error("Error in annotation: " + message);
    std::string trace = detail::failure_trace(failure, options.id, run.step());
    return {.outcome =
                failure.is_bad_parameter ? RunOutcome::parameters_refused : RunOutcome::app_failed,
            .mmif = detail::with_error_view(request.text, metadata_, raw, *options_.clock,
                                            std::move(message), std::move(trace)),
            .problem = failure.text};
  }
}

}  // namespace clams
