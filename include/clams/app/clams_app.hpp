// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/request_context.hpp>
#include <clams/memory/model_requirements.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/params/parameters.hpp>

#include <functional>
#include <memory>

namespace clams {

/// What a warm-up did.
enum class WarmUp {
  nothing,  ///< the app has none
  loaded,   ///< models stand ready
  ran       ///< a typical piece of work was done: what it took is remembered as a request's peak
};

/// What an app author writes: who the app is, and what it does with one MMIF.
///
/// Ownership: made and owned by the caller; `run<App>()` makes one for the process.
/// Threads: after construction every member may be entered by several threads at once: one app
/// serves
///   all requests. What is shared between them (a model) must be safe for that.
/// Errors: whatever `annotate` throws becomes the error view of the request; nothing it throws can
///   stop the process.
class ClamsApp {
 public:
  ClamsApp() = default;
  ClamsApp(const ClamsApp&) = delete;
  ClamsApp& operator=(const ClamsApp&) = delete;
  virtual ~ClamsApp() = default;

  /// Who the app is; asked once, at start-up.
  [[nodiscard]] virtual AppMetadata app_metadata() const = 0;

  /// What a request with these parameters needs on a GPU. By default nothing is declared.
  [[nodiscard]] virtual ModelRequirements model_requirements(const Parameters& parameters) const;

  /// What measures the memory that this app takes: `return make_torch_meter();`. By default
  /// nothing, so that an app which says nothing of a GPU is taken for one that uses none.
  [[nodiscard]] virtual std::unique_ptr<PeakMeter> make_peak_meter() const;

  /// Makes ready what requests with these parameters need, so that the first does not wait for it.
  /// Called before the first request if `--warm-up` asks for it, with the parameters' defaults, and
  /// for each `POST /models/load`, with those given there; what it takes is admitted and measured
  /// like a request's. Long work asks `memory.request().patience` now and then.
  virtual WarmUp warm_up(const Parameters& parameters, RequestMemory& memory);

  /// Adds one or more views to `mmif`: `View& view = context.new_view(mmif);`. Long work asks
  /// `context.stop_requested()` now and then.
  virtual void annotate(Mmif& mmif, const Parameters& parameters, RequestContext& context) = 0;

  /// Base classes of apps check here that what they build on is declared.
  /// @throws Error invalid_metadata to stop the start-up.
  virtual void check_metadata(const AppMetadata& metadata) const;
};

/// The body of an app that needs no class of its own. May be entered by several threads at once.
using AnnotateFunction = std::function<void(Mmif&, const Parameters&, RequestContext&)>;

/// An app from its metadata and a function.
[[nodiscard]] std::unique_ptr<ClamsApp> make_app(AppMetadata metadata, AnnotateFunction annotate);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/clams_app.ipp>
#endif
