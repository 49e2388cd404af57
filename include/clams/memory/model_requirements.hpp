// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams {

/// Where a figure about memory comes from, the most trusted first.
enum class RequirementSource {
  declared,    ///< the app says so
  recorded,    ///< the peak of earlier runs
  checkpoint,  ///< the size of the model's files
  rule         ///< a share of the device, because nothing else is known
};

/// What one model needs on a GPU.
///
///     return {{.key = "whisper-large-v3", .resident = 3_GiB, .working = 2_GiB}};
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none; whether the figures make sense is checked where they are used.
struct ModelRequirement {
  std::string key = {};               ///< names the model; equal keys share one loaded copy
  Bytes resident = Bytes{0};          ///< the model itself, charged once while it is loaded
  Bytes working = Bytes{0};           ///< on top, charged for each request
  std::optional<Bytes> minimum = {};  ///< runs, slower, with this much in all; none: all or nothing
  std::optional<int> preferred_device = {};  ///< index of the GPU to try first
  RequirementSource source = RequirementSource::declared;
};

/// What a request needs on GPUs: one entry a model. Empty means that nothing is declared, so that
/// the need has to be learned from recorded peaks.
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
      : models_{ModelRequirement{.key = "model", .resident = resident}} {}

  ModelRequirements(std::initializer_list<ModelRequirement> models) : models_(models) {}
  explicit ModelRequirements(std::vector<ModelRequirement> models) : models_(std::move(models)) {}

  [[nodiscard]] const std::vector<ModelRequirement>& models() const noexcept { return models_; }
  [[nodiscard]] bool is_declared() const noexcept { return !models_.empty(); }

 private:
  std::vector<ModelRequirement> models_;
};

}  // namespace clams
