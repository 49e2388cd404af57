// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/memory_request.hpp>
#include <clams/cli/detail/gpu_place.hpp>
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams::detail {

CLAMS_INLINE std::unique_ptr<GpuMemory> open_to_look(const GpuPlace& place,
                                                     std::unique_ptr<DeviceProbe> probe) {
  return std::make_unique<GpuMemory>(gpu_memory_parts(place.environment, place.options,
                                                      place.metadata.identifier, nullptr, place.log,
                                                      std::move(probe)));
}

CLAMS_INLINE MemoryRequest request_to_plan(const GpuPlace& place, const RawParameters& parameters) {
  return memory_request(place.app, place.metadata,
                        refine_parameters(place.metadata.parameters, parameters));
}

CLAMS_INLINE bool uses_gpus(const GpuPlace& place, const MemoryRequest& request,
                            GpuMemory& memory) {
  return !estimate_input(request, memory.store()).knows_nothing() ||
         place.app.make_peak_meter() != nullptr;
}

}  // namespace clams::detail
