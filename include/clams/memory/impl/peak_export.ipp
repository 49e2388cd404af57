// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_names.hpp>
#include <clams/memory/peak_export.hpp>
#include <clams/memory/peak_record_json.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <utility>

namespace clams {

namespace detail {

inline constexpr int kPeakExportVersion = 1;

struct ImportedPeak {
  PeakName name;
  PeakRecord record;
};

CLAMS_INLINE std::string export_text(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  const bool is_text = found != entry.end() && found->is_string();
  return is_text ? found->get<std::string>() : std::string{};
}

CLAMS_INLINE ImportedPeak imported_peak(const Json& entry, std::size_t index) {
  const std::string where = "exported peak " + std::to_string(index);
  if (!entry.is_object()) throw Error{ErrorCode::invalid_input, where + ": expected an object"};
  ImportedPeak peak{.name = {export_text(entry, "app"), export_text(entry, "hash")}, .record = {}};
  try {
    check_peak_hash(peak.name.hash);
    peak.name.app = peak_folder_name(peak.name.app);
  } catch (const Error& error) {
    throw Error{ErrorCode::invalid_input, where + ": " + error.what()};
  }
  const auto found = entry.find("record");
  auto record = found == entry.end() ? std::nullopt : peak_record_from_json(*found);
  if (!record) {
    throw Error{ErrorCode::invalid_input,
                where + ": expected under 'record' an object with peak_bytes from 0 to 2^50"};
  }
  peak.record = std::move(*record);
  return peak;
}

}  // namespace detail

CLAMS_INLINE Json export_profiles(const std::vector<StoredPeak>& peaks) {
  Json entries = Json::array();
  for (const StoredPeak& peak : peaks) {
    entries.push_back({{"app", replace_invalid_utf8(peak.app)},
                       {"hash", peak.hash},
                       {"written", utc_timestamp(peak.written)},
                       {"record", to_json(peak.record)}});
  }
  return {{"clams_peaks", detail::kPeakExportVersion}, {"peaks", std::move(entries)}};
}

CLAMS_INLINE std::size_t import_profiles(PeakStore& store, const Json& exported) {
  const bool is_export = exported.is_object() && exported.contains("clams_peaks") &&
                         exported["clams_peaks"] == detail::kPeakExportVersion &&
                         exported.contains("peaks") && exported["peaks"].is_array();
  if (!is_export) {
    throw Error{ErrorCode::invalid_input,
                R"(imported peaks: expected an object with "clams_peaks": 1 and a list "peaks")"};
  }
  std::vector<detail::ImportedPeak> peaks;
  for (const Json& entry : exported["peaks"]) {
    peaks.push_back(detail::imported_peak(entry, peaks.size()));
  }
  for (const auto& peak : peaks) store.raise(peak.name.app, peak.name.hash, peak.record);
  return peaks.size();
}

}  // namespace clams
