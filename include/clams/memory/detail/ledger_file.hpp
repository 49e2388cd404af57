// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_record.hpp>
#include <clams/memory/detail/slot_file.hpp>

#include <string>
#include <utility>

namespace clams::detail {

/// The file of one device, as large as its content.
///
/// Ownership, threads: as SlotFile; the epoch and the words of the caller's own slots need no lock.
/// Errors: as SlotFile.
class LedgerFile final : public SlotFile {
 public:
  LedgerFile(LedgerSystem& system, std::string path, LedgerSharing sharing)
      : SlotFile(system, {.path = std::move(path),
                          .what = "ledger",
                          .size = sizeof(LedgerImage),
                          .sharing = sharing}) {
    make_whole();
    map();
  }

  [[nodiscard]] LedgerImage& image() const noexcept {
    return *static_cast<LedgerImage*>(content());
  }
};

}  // namespace clams::detail
