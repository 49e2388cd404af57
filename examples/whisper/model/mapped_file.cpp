// SPDX-License-Identifier: Apache-2.0
#include "model/mapped_file.hpp"

#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace whisper {

namespace {

clams::Error system_failure(std::string_view call, const std::filesystem::path& path) {
  const int reason = errno;
  const auto code =
      reason == ENOENT || reason == ENOTDIR ? clams::ErrorCode::not_found : clams::ErrorCode::io;
  return {code,
          std::string{call} + ' ' + path.string() + ": " + std::generic_category().message(reason)};
}

}  // namespace

MappedFile::MappedFile(std::filesystem::path path) : path_(std::move(path)) {
  // Without O_NONBLOCK the opening of a pipe would wait for its writer.
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) throw system_failure("open", path_);
  const clams::ScopeExit closing{[file] { ::close(file); }};
  struct stat status {};
  if (::fstat(file, &status) != 0) throw system_failure("fstat", path_);
  if (!S_ISREG(status.st_mode)) {
    throw clams::Error{clams::ErrorCode::invalid_input, path_.string() + " is not a regular file"};
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;  // nothing can be mapped
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (address == MAP_FAILED) throw system_failure("mmap", path_);
  bytes_ = {static_cast<const std::byte*>(address), size};
}

void MappedFile::read_ahead() const noexcept {
  if (bytes_.empty()) return;
  // It is only advice: where it fails, pages are read as they are wanted.
  (void)::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_WILLNEED);
}

void MappedFile::forget(std::span<const std::byte> part) const noexcept {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::less_equal<> before;  // pointers into different memory, too
  if (part.empty() || !before(bytes_.data(), part.data()) ||
      !before(part.data() + part.size(), bytes_.data() + bytes_.size())) {
    return;
  }
  const auto offset = static_cast<std::size_t>(part.data() - bytes_.data());
  const auto begin = (offset + page - 1) / page * page;
  const auto end = (offset + part.size()) / page * page;
  if (begin >= end) return;
  // It is only advice: where it fails, the pages stay.
  (void)::madvise(const_cast<std::byte*>(bytes_.data()) + begin, end - begin, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace whisper
