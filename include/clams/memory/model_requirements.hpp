// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams {

/// Where a figure about memory comes from, the most trusted first.
enum class RequirementSource {
  declared,    ///< the app says so
  recorded,    ///< the peaks of earlier runs
  checkpoint,  ///< the size of the model's files
  metadata,    ///< est_gpu_mem_typ or est_gpu_mem_min of the app's metadata
  rule         ///< a share of the device, because nothing else is known
};

/// `declared`, `recorded`, ...: as it stands in answers and logs.
[[nodiscard]] std::string_view source_name(RequirementSource source) noexcept;

/// What one model needs on a GPU. A part that is not said is looked up: recorded peaks, else the
/// size of the model's files, else the metadata's estimate, else a share of the device.
///
///     return {{.key = "whisper-large-v3", .resident = 3_GiB, .working = 2_GiB}};
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none; whether the figures make sense is checked where they are used.
struct ModelRequirement {
  std::string key = {};                ///< names the model; equal keys share one loaded copy
  std::optional<Bytes> resident = {};  ///< the model itself, charged once while it is loaded
  std::optional<Bytes> working = {};   ///< on top, charged for each request
  std::optional<Bytes> working_at_first = {};  ///< the working part until a run was measured
  std::optional<Bytes> minimum = {};  ///< runs, slower, with this much in all; none: all or nothing
  std::optional<int> preferred_device = {};             ///< index of the GPU to try first
  std::vector<std::filesystem::path> checkpoints = {};  ///< the model's files or folders
  std::string compute_type = {};                        ///< `float16`; peaks are kept apart by it
  std::string fingerprint = {};  ///< of the weights, as their sha256; peaks are kept apart by it
};

/// One way to run a request: what it is called, and the models that it takes. A rung without models
/// runs on the processor.
struct RequirementRung {
  std::string name = {};  ///< stands in the view: `float16`, `int8`, `cpu`
  std::vector<ModelRequirement> models = {};
};

/// What a request needs on GPUs: one entry a model, and perhaps a ladder of alternatives. Empty
/// means that nothing is declared, so that the need has to be learned from recorded peaks.
///
///     return ModelRequirements{{.key = "large", .resident = 3_GiB}}
///         .or_else("int8", {{.key = "large-int8", .resident = 2_GiB}})
///         .or_else("cpu", {})
///         .with_features({{"seconds", 1800}});
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none.
class ModelRequirements {
 public:
  /// Nothing is declared.
  ModelRequirements() = default;

  /// One number alone is the resident part of the app's only model.
  ModelRequirements(Bytes resident)  // NOLINT(google-explicit-constructor): `return 3_GiB;`
      : ModelRequirements{ModelRequirement{.key = "model", .resident = resident}} {}

  ModelRequirements(std::initializer_list<ModelRequirement> models)
      : ModelRequirements(std::vector<ModelRequirement>(models)) {}
  explicit ModelRequirements(std::vector<ModelRequirement> models) {
    if (!models.empty()) rungs_.push_back({.models = std::move(models)});
  }

  /// Adds a rung that is tried when those before it can never fit, or have not fitted for a while
  /// (MemoryOptions::ladder_patience). Without a rung of no models nothing ever moves to the
  /// processor by itself.
  [[nodiscard]] ModelRequirements or_else(std::string name,
                                          std::vector<ModelRequirement> models) && {
    rungs_.push_back({.name = std::move(name), .models = std::move(models)});
    return std::move(*this);
  }

  /// Names the size of the input, for an estimate that follows it: `{{"seconds", 1800}}`.
  [[nodiscard]] ModelRequirements with_features(std::map<std::string, double> features) && {
    features_ = std::move(features);
    return std::move(*this);
  }

  /// The ways to run the request, the best first.
  [[nodiscard]] const std::vector<RequirementRung>& rungs() const noexcept { return rungs_; }
  [[nodiscard]] const std::map<std::string, double>& features() const noexcept { return features_; }
  [[nodiscard]] bool is_declared() const noexcept { return !rungs_.empty(); }

 private:
  std::vector<RequirementRung> rungs_;
  std::map<std::string, double> features_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/model_requirements.ipp>
#endif
