// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/model_requirements.hpp>
#include <clams/memory/peak_record.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// By how much what is known is raised before it is asked for, and what is asked for when nothing
/// is known.
struct EstimateFactors {
  double recorded = 1.2;    ///< x the recorded peak
  double checkpoint = 1.2;  ///< x the size of the model's files
  double metadata = 1.0;    ///< x est_gpu_mem_typ
  double rule = 0.8;        ///< x the device
  double quantile = 0.95;   ///< of the recorded runs that a fit over features lies above
};

/// What is known when a request's need is worked out, but for the device.
struct EstimateInput {
  ModelRequirements declared;
  std::optional<PeakRecord> record = {};
  Bytes metadata_typical = Bytes{0};  ///< est_gpu_mem_typ; zero: not said
  Bytes metadata_minimum = Bytes{0};  ///< est_gpu_mem_min; zero: not said
  std::string compute_type = {};      ///< where no model says its own

  [[nodiscard]] bool knows_nothing() const {
    return !declared.is_declared() && !record && metadata_typical == Bytes{0} &&
           metadata_minimum == Bytes{0};
  }
};

/// What one model of a request is charged.
struct ModelNeed {
  std::string key;
  Bytes resident;  ///< while it is not loaded yet
  Bytes working;
  RequirementSource source;
};

/// What a request needs on one device, on one rung.
struct RequestNeed {
  std::string rung = {};
  std::vector<ModelNeed> models = {};  ///< empty: runs without a GPU
  std::optional<Bytes> minimum = {};
  std::optional<int> preferred_device = {};
  RequirementSource source = RequirementSource::declared;  ///< the least trusted of the models'
  bool is_guess = false;  ///< nothing is known: one such run at a time per device

  [[nodiscard]] Bytes total() const;  ///< all parts of all models
};

/// The same need with no more than its minimum, if it has one below its total: for an app that then
/// runs with less, and sees from what was granted that it has to.
[[nodiscard]] std::optional<RequestNeed> at_minimum(const RequestNeed& need);

/// Works out what a request needs on `device`, on each of its rungs, the best first: what the app
/// declares; else recorded peaks; else the size of the checkpoint files; else the metadata; else a
/// share of the device. Never below what a failed run is known to have had.
/// @throws Error invalid_parameter for a declared amount below zero.
[[nodiscard]] std::vector<RequestNeed> resolve_requirements(const EstimateInput& input,
                                                            const Device& device,
                                                            const EstimateFactors& factors);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/requirement_resolver.ipp>
#endif
