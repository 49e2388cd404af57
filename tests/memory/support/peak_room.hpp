// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/support/faulty_peak_files.hpp"
#include "memory/support/peak_samples.hpp"
#include "support/recording_sink.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/peak_record_json.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/util/manual_clock.hpp>

#include <filesystem>
#include <optional>

namespace clams::testing {

/// What a store needs, in a folder that does not exist yet.
struct PeakRoom {
  TemporaryFolder temporary;
  std::filesystem::path folder = temporary.path() / "cache" / "profiles";
  RecordingSink sink;
  FaultyPeakFiles files;
  ManualClock clock;

  [[nodiscard]] PeakStoreOptions options() {
    return {.folder = folder, .files = &files, .clock = &clock, .log = {.sink = &sink}};
  }
  [[nodiscard]] std::optional<PeakRecord> on_disk() const {
    return parse_peak_file(text_of(record_path(folder)));
  }
};

}  // namespace clams::testing
