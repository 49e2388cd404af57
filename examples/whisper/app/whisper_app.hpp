// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/app_options.hpp"
#include "app/model_backend.hpp"
#include "app/recognition_request.hpp"
#include "app/speech_to_text.hpp"
#include "app/weights_hash.hpp"
#include <clams/app/clams_app.hpp>
#include <clams/memory/model_pool.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace whisper {

/// A loaded model, and what it is.
struct LoadedModel {
  ModelFacts facts;
  ComputeType compute_type = ComputeType::float32;
  clams::ModelLease<SpeechToText> speech_to_text;
};

/// The CLAMS app: one shared copy of each model per device, for annotate requests, commands and
/// routes alike.
///
/// Ownership: owns options and pool; the models belong to the process's GpuMemory.
/// Threads: thread-safe once configured.
/// Errors: as ClamsApp.
class WhisperApp final : public clams::ClamsApp {
 public:
  using MakeBackend = std::function<ModelBackend(const AppOptions&)>;

  explicit WhisperApp(MakeBackend make_backend = make_whisper_backend);

  /// Sets what is set for the process; to be called before the app is used.
  /// @throws clams::Error usage
  void configure(AppOptions options);
  [[nodiscard]] const AppOptions& options() const noexcept { return options_; }

  [[nodiscard]] clams::AppMetadata app_metadata() const override;
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& parameters) const override;
  [[nodiscard]] std::unique_ptr<clams::PeakMeter> make_peak_meter() const override;
  clams::WarmUp warm_up(const clams::Parameters& parameters, clams::RequestMemory& memory) override;
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override;

  /// The model that a request asks for, on the device that it was admitted to.
  [[nodiscard]] LoadedModel acquire(const RecognitionRequest& request,
                                    clams::RequestMemory& memory);

  /// The names that a request's `model` may be.
  [[nodiscard]] std::vector<std::string> model_names() const;
  /// The one of them that somebody means, who may write it in capitals; none if it is no name.
  [[nodiscard]] std::optional<std::string> known_name(std::string_view asked) const;
  /// The name under which requests ask for the model that was set for the process.
  [[nodiscard]] std::string default_model() const;
  /// What is known of a model that a request may ask for.
  [[nodiscard]] ModelFacts describe(const std::string& model) const;

 private:
  [[nodiscard]] clams::ModelRequirement requirement(const ModelFacts& facts, ComputeType type,
                                                    const RecognitionRequest& request) const;
  /// Waits for it. It is part of what recorded peaks are kept under.
  [[nodiscard]] std::string weights_hash(const ModelFacts& facts) const;
  [[nodiscard]] ComputeType choose_type(const RecognitionRequest& request,
                                        const clams::RequestMemory& memory) const;

  MakeBackend make_backend_;
  AppOptions options_;
  ModelBackend backend_;
  clams::ModelPool<SpeechToText> models_;
  mutable WeightsHash hashes_;
  mutable std::mutex mutex_;  // guards known_
  mutable std::map<std::string, ModelFacts> known_;
};

}  // namespace whisper
