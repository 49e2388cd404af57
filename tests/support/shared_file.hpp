// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace clams::testing {

/// A file that is mapped as a `Content`, for processes to share: at first it is all zeros, which
/// must be a good `Content`.
///
/// Ownership: owns the mapping, not the file.
/// Threads: thread-safe.
/// Errors: throws std::runtime_error.
template <typename Content>
class SharedFile {
 public:
  /// Opens the file, or creates it if there is none.
  explicit SharedFile(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const bool sized = file >= 0 && ::ftruncate(file, sizeof(Content)) == 0;
    void* const place =
        sized ? ::mmap(nullptr, sizeof(Content), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
              : MAP_FAILED;
    if (file >= 0) ::close(file);
    if (place == MAP_FAILED) throw std::runtime_error{path + " cannot be mapped"};
    content_ = static_cast<Content*>(place);
  }
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  SharedFile(SharedFile&&) = delete;
  SharedFile& operator=(SharedFile&&) = delete;
  ~SharedFile() { ::munmap(content_, sizeof(Content)); }

  [[nodiscard]] Content& operator*() const { return *content_; }
  [[nodiscard]] Content* operator->() const { return content_; }

 private:
  Content* content_;
};

}  // namespace clams::testing
