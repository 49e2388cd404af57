// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameters.hpp>

#include <string>

namespace clams {

/// The hash that clams-python files a request's memory profile under. Unlike `parameter_hash` of
/// the values alone, it takes in how the caller gave the parameters, too.
[[nodiscard]] std::string upstream_profile_hash(const Parameters& parameters);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/profile_hash.ipp>
#endif
