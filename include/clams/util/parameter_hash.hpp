// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <string>
#include <vector>

namespace clams {

/// A name for one set of parameter values, the same as clams-python gives: the MD5 of the sorted
/// `name=value` texts, values as Python's str() writes them. What memory profiles are filed under,
/// and what tells runs of an app apart in workflow ids.
/// @param values an object
[[nodiscard]] std::string parameter_hash(const Json& values);

/// The same over texts `name=value` that are made already; the order does not matter.
[[nodiscard]] std::string parameter_hash(std::vector<std::string> items);

/// The texts `name=value` of an object's entries.
[[nodiscard]] std::vector<std::string> parameter_items(const Json& values);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/parameter_hash.ipp>
#endif
