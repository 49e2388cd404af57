// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/recording_sink.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/ledger.hpp>
#include <clams/memory/ledger_folder.hpp>
#include <clams/util/manual_clock.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace clams::testing {

using namespace std::chrono_literals;

/// A device that says what it is told, and a folder with its ledger.
struct LedgerRoom {
  explicit LedgerRoom(Bytes size = 10_GiB) : total(size), free(size) {}

  [[nodiscard]] LedgerOptions options(std::string owner = "an-app") {
    return {.folder = folder.path() / "ledgers",
            .device = "GPU-1",
            .owner = std::move(owner),
            .lock_patience = 50ms,
            .clock = &clock,
            .log = {.sink = &log},
            .system = system};
  }
  [[nodiscard]] std::filesystem::path file() const {
    return folder.path() / "ledgers" / ledger_file_name("GPU-1");
  }
  [[nodiscard]] Ledger::ReadDevice read() {
    return [this] { return DeviceReading{DeviceMemory{.total = total, .free = free}}; };
  }

  /// What a request does: it stands in line, and asks once.
  [[nodiscard]] LedgerEntry asked(Ledger& ledger, Bytes need, int bypass_limit = 8) {
    LedgerEntry entry = ledger.enter({.need = need, .bypass_limit = bypass_limit});
    last = ledger.try_promise(entry, read());
    return entry;
  }

  Bytes total;
  Bytes free;
  TemporaryFolder folder;
  ManualClock clock;
  RecordingSink log;
  detail::LedgerSystem* system = nullptr;
  RoomReport last;
};

}  // namespace clams::testing
