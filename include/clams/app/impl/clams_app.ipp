// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/clams_app.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

namespace detail {

/// An app made of a function.
class FunctionApp final : public ClamsApp {
 public:
  FunctionApp(AppMetadata metadata, AnnotateFunction annotate)
      : metadata_(std::move(metadata)), annotate_(std::move(annotate)) {}

  [[nodiscard]] AppMetadata app_metadata() const override { return metadata_; }
  void annotate(Mmif& mmif, const Parameters& parameters, RequestContext& context) override {
    annotate_(mmif, parameters, context);
  }

 private:
  AppMetadata metadata_;
  AnnotateFunction annotate_;
};

}  // namespace detail

CLAMS_INLINE WarmUp ClamsApp::warm_up(const Parameters& /*parameters*/, RequestMemory& /*memory*/) {
  return WarmUp::nothing;
}

CLAMS_INLINE std::unique_ptr<PeakMeter> ClamsApp::make_peak_meter() const { return nullptr; }

CLAMS_INLINE ModelRequirements
ClamsApp::model_requirements(const Parameters& /*parameters*/) const {
  return {};
}

CLAMS_INLINE void ClamsApp::check_metadata(const AppMetadata& /*metadata*/) const {}

CLAMS_INLINE std::unique_ptr<ClamsApp> make_app(AppMetadata metadata, AnnotateFunction annotate) {
  return std::make_unique<detail::FunctionApp>(std::move(metadata), std::move(annotate));
}

}  // namespace clams
