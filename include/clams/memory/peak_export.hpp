// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_store.hpp>
#include <clams/util/json.hpp>

#include <cstddef>
#include <vector>

namespace clams {

/// Peaks as one JSON value, to be carried to another machine: `{"clams_peaks": 1, "peaks": [{"app":
/// ..., "hash": ..., "written": ..., "record": ...}]}`.
[[nodiscard]] Json export_profiles(const std::vector<StoredPeak>& peaks);

/// Raises what `store` knows to what was exported; nothing is lowered. All of it is checked first.
/// @return how many records there were.
/// @throws Error invalid_input naming the first entry that is no record; nothing is raised then.
std::size_t import_profiles(PeakStore& store, const Json& exported);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_export.ipp>
#endif
