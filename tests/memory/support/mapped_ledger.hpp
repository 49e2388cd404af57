// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_record.hpp>

#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

namespace clams::testing {

/// A ledger's file as a process sees it that writes anything into it, without any lock.
class MappedLedger {
 public:
  explicit MappedLedger(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    void* const address = ::mmap(nullptr, sizeof(detail::LedgerImage), PROT_READ | PROT_WRITE,
                                 MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (address == MAP_FAILED) throw std::runtime_error{"the ledger cannot be mapped"};
    image_ = static_cast<detail::LedgerImage*>(address);
  }
  MappedLedger(const MappedLedger&) = delete;
  MappedLedger& operator=(const MappedLedger&) = delete;
  MappedLedger(MappedLedger&&) = delete;
  MappedLedger& operator=(MappedLedger&&) = delete;
  ~MappedLedger() { ::munmap(image_, sizeof(detail::LedgerImage)); }

  [[nodiscard]] detail::LedgerHeader& header() { return image_->header; }
  [[nodiscard]] detail::SlotRecord& slot(std::size_t index) { return image_->slots.at(index); }

  /// No seal fits this word any more.
  static void tear(std::atomic<std::uint64_t>& word) { word ^= std::uint64_t{1} << 63U; }
  void tear_ticket(std::size_t index) { slot(index).ticket_check ^= 1U; }

 private:
  detail::LedgerImage* image_ = nullptr;
};

}  // namespace clams::testing
