// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameters.hpp>
#include <clams/util/json.hpp>

#include <string>

namespace clams {

/// A name for one set of parameter values, the same as clams-python gives: the MD5 of the sorted
/// `name=value` texts. What memory profiles are filed under.
/// @param values an object, as `Parameters::to_json` gives
[[nodiscard]] std::string parameter_hash(const Json& values);

/// The hash that clams-python files the same request's memory profile under: it takes in how the
/// caller gave the parameters, too.
[[nodiscard]] std::string upstream_profile_hash(const Parameters& parameters);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/parameter_hash.ipp>
#endif
