// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/memory_request.hpp>
#include <clams/params/profile_hash.hpp>
#include <clams/util/config.hpp>
#include <clams/util/parameter_hash.hpp>

namespace clams::detail {

CLAMS_INLINE MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                          const Parameters& parameters) {
  return {.app = metadata.identifier,
          .hash = parameter_hash(parameters.to_json()),
          .prior_hash = upstream_profile_hash(parameters),
          .parameters = parameters.to_json(),
          .declared = app.model_requirements(parameters),
          .metadata_typical = metadata.est_gpu_mem_typ,
          .metadata_minimum = metadata.est_gpu_mem_min};
}

}  // namespace clams::detail
