// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/peak_record.hpp>
#include <clams/util/bytes.hpp>

#include <optional>
#include <string>

namespace clams::detail {

/// What earlier runs say about one rung on one device.
struct RecordedPeak {
  DevicePeak figures = {};
  /// All of it together, from a record that does not tell the parts apart.
  std::optional<Bytes> whole = {};
};

/// A rung's place in its ladder: the first is what runs by default.
enum class RungPlace { first, later };

/// Whether a run got as far as to show what it takes.
[[nodiscard]] bool is_measured(const DevicePeak& peak);

/// Whether runs were measured and took nothing at all.
[[nodiscard]] bool is_without_gpu(const DevicePeak& peak);

/// What the record knows for this kind of device and compute type; else for other kinds of devices
/// with the same compute type; else, for the first rung, the peak without a split that other
/// implementations keep. Another compute type's figures could be half of what is needed, so that
/// they are not used.
[[nodiscard]] std::optional<RecordedPeak> find_recorded_peak(const PeakRecord& record,
                                                             const Device& device,
                                                             const std::string& compute_type,
                                                             RungPlace place);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/recorded_peak.ipp>
#endif
