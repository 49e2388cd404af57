// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/memory_request.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

CLAMS_INLINE MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                          const KnownParameters& known) {
  return {.app = metadata.identifier,
          .hash = known.hash,
          .prior_hash = known.prior_hash,
          .parameters = known.parameters.to_json(),
          .declared = app.model_requirements(known.parameters),
          .metadata_typical = metadata.est_gpu_mem_typ,
          .metadata_minimum = metadata.est_gpu_mem_min};
}

CLAMS_INLINE MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                          const Parameters& parameters) {
  return memory_request(app, metadata, know_parameters(parameters));
}

}  // namespace clams::detail
