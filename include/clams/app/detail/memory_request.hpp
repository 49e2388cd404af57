// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/clams_app.hpp>
#include <clams/app/detail/known_parameters.hpp>
#include <clams/memory/request_memory.hpp>
#include <clams/params/parameters.hpp>

namespace clams::detail {

/// What a request with these parameters is as far as memory is concerned: all but who sends it and
/// how long it waits. The one place that says what its peaks are filed under.
/// @throws whatever the app's `model_requirements` throws.
[[nodiscard]] MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                           const KnownParameters& known);
[[nodiscard]] MemoryRequest memory_request(const ClamsApp& app, const AppMetadata& metadata,
                                           const Parameters& parameters);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/memory_request.ipp>
#endif
