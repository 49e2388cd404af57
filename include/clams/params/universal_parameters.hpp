// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_spec.hpp>

#include <vector>

namespace clams {

/// The parameters that every app has, after its own: `pretty`, `runningTime`, `hwFetch`,
/// `tfSamplingMode`.
[[nodiscard]] const std::vector<ParameterSpec>& universal_parameters();

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/universal_parameters.ipp>
#endif
