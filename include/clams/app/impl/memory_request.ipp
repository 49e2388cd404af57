// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/memory_request.hpp>
#include <clams/util/config.hpp>
#include <clams/util/parameter_hash.hpp>

#include <set>
#include <string>

namespace clams::detail {

// No parameter's name begins so.
inline constexpr const char* kWeightsEntry = "#weights";

/// The fingerprints of a request's models, each once.
CLAMS_INLINE std::set<std::string> fingerprints(const ModelRequirements& declared) {
  std::set<std::string> found;
  for (const RequirementRung& rung : declared.rungs()) {
    for (const ModelRequirement& model : rung.models) {
      if (!model.fingerprint.empty()) found.insert(model.fingerprint);
    }
  }
  return found;
}

CLAMS_INLINE MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                          const KnownParameters& known) {
  MemoryRequest request{.app = metadata.identifier,
                        .hash = known.hash,
                        .prior_hash = known.prior_hash,
                        .parameters = known.parameters.to_json(),
                        .declared = app.model_requirements(known.parameters),
                        .metadata_typical = metadata.est_gpu_mem_typ,
                        .metadata_minimum = metadata.est_gpu_mem_min};
  const auto weights = fingerprints(request.declared);
  if (weights.empty()) return request;
  request.parameters[kWeightsEntry] = weights;
  request.hash = parameter_hash(request.parameters);
  return request;
}

CLAMS_INLINE MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                          const Parameters& parameters) {
  return memory_request(app, metadata, know_parameters(parameters));
}

}  // namespace clams::detail
