// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/mmif/view.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/clock.hpp>

namespace clams::detail {

/// Says in the view who made it, when, and with which parameters of the caller: what error views
/// and others have in common.
void sign_as_app(View& view, const AppMetadata& metadata, const RawParameters& raw,
                 const Clock& clock);

/// The caller's parameters as views record them: one value bare, several as a Python list, names
/// without a value left out.
[[nodiscard]] Json recorded_parameters(const RawParameters& raw);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/signing.ipp>
#endif
