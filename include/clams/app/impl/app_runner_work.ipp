// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/app/detail/known_parameters.hpp>
#include <clams/app/detail/measured_run.hpp>
#include <clams/app/detail/memory_request.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

namespace detail {

/// Work of an app that is no annotate request, from its admission to its end.
///
/// Ownership: lives for one call; borrows everything.
/// Threads: confined.
/// Errors: whatever goes wrong is thrown.
struct OwnWork {
  const ClamsApp& app;
  const AppMetadata& metadata;
  const RawParameters& raw;
  const KnownParameters& known;
  const RequestOptions& options;
  const Clock& clock;
  const Logger& logger;
  GpuMemory& gpu;
  const MediaAccess& media;
  MemoryReport report = {};

  void run(const AppRunner::Work& work) {
    MemoryRequest request = memory_request(app, metadata, known);
    request.id = options.id;
    request.patience = {.stop = options.stop, .deadline = options.deadline};
    const auto memory = gpu.begin(std::move(request));
    RequestContext context{metadata, raw,    known.parameters, options,
                           clock,    logger, memory.get(),     media};
    run_measured(gpu, *memory, report, [&] { work(known.parameters, context); });
  }
};

}  // namespace detail

CLAMS_INLINE void AppRunner::run(const RawParameters& raw, RequestOptions options,
                                 const Work& work) const {
  if (options.id.empty()) options.id = make_request_id();
  detail::refuse_stopped(options, *options_.clock);
  const auto known = known_parameters_->refine(metadata_.parameters, raw);
  const Logger logger = logger_.with_request_id(options.id);
  detail::OwnWork own{.app = app_,
                      .metadata = metadata_,
                      .raw = raw,
                      .known = *known,
                      .options = options,
                      .clock = *options_.clock,
                      .logger = logger,
                      .gpu = *memory_,
                      .media = options_.media};
  try {
    return own.run(work);
  } catch (const DeviceOutOfMemory& error) {
    logger.warning(std::string{"out of GPU memory in spite of admission: "} + error.what());
    memory_->free_idle(own.report.device);
    if (!memory_->options().retry_out_of_memory) {
      throw InsufficientMemory{detail::out_of_memory_refusal(own.report, metadata_)};
    }
  }
  try {
    own.run(work);
  } catch (const DeviceOutOfMemory& error) {
    logger.error(std::string{"out of GPU memory again: "} + error.what());
    throw InsufficientMemory{detail::out_of_memory_refusal(own.report, metadata_)};
  }
}

}  // namespace clams
