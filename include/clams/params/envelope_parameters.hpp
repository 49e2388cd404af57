// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/raw_parameters.hpp>
#include <clams/util/json.hpp>

namespace clams {

/// The `parameters` of an envelope as if they had come by query: a list gives one text per item, an
/// object one `key:value` per entry, any other value one text; each as Python's str() spells it. A
/// parameter that is null counts as absent.
/// @throws Error invalid_input if `parameters` is no object.
[[nodiscard]] RawParameters read_envelope_parameters(const Json& parameters);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/envelope_parameters.ipp>
#endif
