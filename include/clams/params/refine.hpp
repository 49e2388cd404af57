// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_spec.hpp>
#include <clams/params/parameters.hpp>
#include <clams/params/raw_parameters.hpp>

#include <string>
#include <vector>

namespace clams {

/// The declared parameters with the caller's values, or their defaults. A single-valued parameter
/// takes the first of its values; of a map's pairs with one key, the last value wins. Choices are
/// checked item by item, by value, and only for what the caller gave. Undeclared names are left
/// out.
/// @param specs settled ones, the universal parameters among them
/// @throws Error invalid_parameter if a value cannot be cast or is not among the choices, or a
///   required parameter is missing.
[[nodiscard]] Parameters refine_parameters(const std::vector<ParameterSpec>& specs,
                                           RawParameters raw);

/// The names the caller gave that no spec declares, in their order.
[[nodiscard]] std::vector<std::string> undeclared_parameters(
    const std::vector<ParameterSpec>& specs, const RawParameters& raw);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/refine.ipp>
#endif
