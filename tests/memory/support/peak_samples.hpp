// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace clams::testing {

inline const std::string kApp = "http://apps.clams.ai/x/v1";
inline const std::string kAppFolder = "http---apps.clams.ai-x-v1";
inline const std::string kHash = "0123456789abcdef0123456789abcdef";
inline const std::string kOtherHash = "fedcba9876543210fedcba9876543210";

inline PeakRecord peak_of(std::int64_t bytes) { return {.peak = Bytes{bytes}}; }

/// A record in which every field says something.
inline PeakRecord full_record() {
  return {.peak = 5_GiB,
          .parameters = {{"beam", 5}, {"text", "déjà vu"}},
          .devices = {{PeakRecord::device_key("NVIDIA A100", "float16"),
                       {.weights = 3_GiB,
                        .working = 2_GiB,
                        .reserved_growth = 4_GiB,
                        .device = 6_GiB,
                        .at_least = 1_GiB,
                        .run_time = std::chrono::milliseconds{1500},
                        .load_time = std::chrono::milliseconds{9000},
                        .driver = "550.54",
                        .library = "libtorch 2.13.0",
                        .samples = {{.features = {{"seconds", 30.5}}, .working = 2_GiB}}}}}};
}

/// Where a store in `folder` keeps the record of kApp with this hash.
inline std::filesystem::path record_path(const std::filesystem::path& folder,
                                         const std::string& hash = kHash) {
  return folder / kAppFolder / ("memory_" + hash + ".json");
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace clams::testing
