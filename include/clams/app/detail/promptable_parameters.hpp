// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_spec.hpp>

#include <vector>

namespace clams::detail {

/// The parameters of promptable apps, in their order. Names, defaults and descriptions are those
/// that clients of other promptable apps see.
[[nodiscard]] std::vector<ParameterSpec> promptable_parameters();

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/promptable_parameters.ipp>
#endif
