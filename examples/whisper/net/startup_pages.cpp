// SPDX-License-Identifier: Apache-2.0
#include "net/startup_pages.hpp"

#ifdef __linux__
#include <bit>
#include <cstdint>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace whisper {

#ifdef __linux__
namespace {

// Only segments that nobody can have written to: their pages are those of the file.
std::size_t give_back(const dl_phdr_info& library, const ElfW(Phdr) & segment) {
  constexpr std::size_t kLarge = std::size_t{16} << 20U;
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0 || segment.p_filesz < kLarge) {
    return 0;
  }
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (library.dlpi_addr + segment.p_vaddr + page - 1) / page * page;
  const auto end = (library.dlpi_addr + segment.p_vaddr + segment.p_filesz) / page * page;
  const auto size = end - begin;
  return ::madvise(std::bit_cast<void*>(begin), size, MADV_DONTNEED) == 0 ? size : 0;
}

int visit(dl_phdr_info* library, std::size_t /*size*/, void* total) {
  for (std::size_t i = 0; i < library->dlpi_phnum; ++i) {
    *static_cast<std::size_t*>(total) += give_back(*library, library->dlpi_phdr[i]);
  }
  return 0;
}

}  // namespace
#endif

std::size_t give_startup_pages_back() noexcept {
  std::size_t total = 0;
#ifdef __linux__
  (void)::dl_iterate_phdr(visit, &total);
#endif
  return total;
}

}  // namespace whisper
