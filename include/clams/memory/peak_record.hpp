// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>
#include <clams/util/json.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace clams {

/// So many samples are kept for each device.
inline constexpr std::size_t kPeakSamples = 64;

/// What stands for a device's name where a run on the processor is remembered.
inline constexpr const char* kHostDevice = "host";

/// One measured run: what went in, and what it took.
struct PeakSample {
  std::map<std::string, double> features;  ///< as the app declared them: seconds of audio, batch
  Bytes working = {};                      ///< the peak of the working part

  friend bool operator==(const PeakSample&, const PeakSample&) = default;
};

/// What is known about one kind of request on one kind of device. Every figure is a highest-ever.
struct DevicePeak {
  Bytes weights = {};          ///< the loaded models
  Bytes working = {};          ///< on top, for one request
  Bytes reserved_growth = {};  ///< how much the allocator took from the device meanwhile
  Bytes device = {};           ///< what the device itself showed for a lone run, context included
  Bytes at_least = {};  ///< a run that failed for lack of memory had this much: more is needed
  std::chrono::milliseconds run_time{0};   ///< the last run's, for the times told to who waits
  std::chrono::milliseconds load_time{0};  ///< the last model load's
  std::string driver = {};
  std::string library = {};  ///< `libtorch 2.13.0`
  /// For requests that declare features: one for each set of features, with the highest it took.
  /// The last kPeakSamples, and the highest of all even when it is older.
  std::vector<PeakSample> samples = {};

  friend bool operator==(const DevicePeak&, const DevicePeak&) = default;
};

/// What is remembered of one kind of request: same app, same parameters.
struct PeakRecord {
  Bytes peak = {};       ///< weights and working part together; comparable with clams-python's
  Json parameters = {};  ///< for people
  std::map<std::string, DevicePeak> devices = {};  ///< by device name and compute type

  [[nodiscard]] static std::string device_key(const std::string& device_name,
                                              const std::string& compute_type);

  friend bool operator==(const PeakRecord&, const PeakRecord&) = default;
};

/// Both taken together: the higher of each figure, the later of each text and time, the samples of
/// both. Merging the same run in again changes nothing.
[[nodiscard]] PeakRecord merge(const PeakRecord& older, const PeakRecord& newer);

/// What a run tells that was not known.
enum class PeakNews {
  none,    ///< nothing; times within a quarter of the known ones count as nothing
  detail,  ///< a sample, a text or a time
  peak     ///< a higher figure, or a device never seen
};
[[nodiscard]] PeakNews peak_news(const PeakRecord& known, const PeakRecord& run);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_record.ipp>
#endif
