// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>
#include <clams/util/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// A record's file is never longer, and a longer one is not read.
inline constexpr std::size_t kPeakFileLimit = 65536;

/// `{"peak_bytes": 1, "parameters": {}, "clams_cpp": {"devices": {...}}}`: the first two as
/// clams-python has them, the rest in a key that it does not look at.
[[nodiscard]] Json to_json(const PeakRecord& record);

/// The record that `value` is, or nothing if it is none: `peak_bytes` is missing, an amount or a
/// time is no integer from 0 to 2^50, a feature no finite number, anything of another kind than it
/// should be. Keys that we do not know are passed over.
[[nodiscard]] std::optional<PeakRecord> peak_record_from_json(const Json& value);

/// A record's file. Where it would become too long, what is for people is left out, then samples,
/// then what is kept by device; the peak never.
[[nodiscard]] std::string peak_file_text(const PeakRecord& record);

/// The record that a file's text is, or nothing if it is none.
[[nodiscard]] std::optional<PeakRecord> parse_peak_file(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_record_json.ipp>
#endif
