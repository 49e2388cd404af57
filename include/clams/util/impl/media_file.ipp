// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/media_file.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

namespace clams {

namespace detail {

// Reading must not wait, a terminal must not become ours, and children must not get it unasked.
inline constexpr int kMediaFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Whether the file is one in which the kernel tells of itself: such look regular, but have no size
/// and may say what is secret.
CLAMS_INLINE bool is_kernel_file(int descriptor) {
  constexpr std::array<std::uint64_t, 9> kKernelSystems{
      PROC_SUPER_MAGIC, SYSFS_MAGIC,        DEBUGFS_MAGIC,       TRACEFS_MAGIC, SECURITYFS_MAGIC,
      SELINUX_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, BPF_FS_MAGIC};
  struct statfs system {};
  if (::fstatfs(descriptor, &system) != 0) return false;
  for (const std::uint64_t kind : kKernelSystems) {
    if (static_cast<std::uint64_t>(system.f_type) == kind) return true;
  }
  return false;
}

/// What was opened, if it may be read or written as media.
CLAMS_INLINE MediaFile checked_media_file(int descriptor, const std::filesystem::path& path) {
  MediaFile file{descriptor, path};
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || is_kernel_file(descriptor)) {
    throw Error{ErrorCode::io, "open " + path.string() + ": it is not a regular file"};
  }
  return file;
}

}  // namespace detail

CLAMS_INLINE MediaFile::MediaFile(MediaFile&& other) noexcept
    : descriptor_(other.release()), path_(std::move(other.path_)) {}

CLAMS_INLINE MediaFile& MediaFile::operator=(MediaFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  path_.swap(other.path_);
  return *this;
}

CLAMS_INLINE MediaFile::~MediaFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

CLAMS_INLINE int MediaFile::release() noexcept { return std::exchange(descriptor_, -1); }

CLAMS_INLINE std::filesystem::path MediaFile::path_by_descriptor() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

CLAMS_INLINE std::int64_t MediaFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail("fstat");
  return status.st_size;
}

CLAMS_INLINE std::size_t MediaFile::read_at(std::int64_t offset, std::span<std::byte> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::pread(descriptor_, bytes.data() + done, bytes.size() - done,
                                  offset + static_cast<std::int64_t>(done));
    if (count == 0) break;
    if (count < 0 && errno != EINTR) fail("read");
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return done;
}

CLAMS_INLINE std::string MediaFile::read() const {
  std::string text;
  std::array<std::byte, 65536> buffer{};
  while (const std::size_t count = read_at(static_cast<std::int64_t>(text.size()), buffer)) {
    text.append(reinterpret_cast<const char*>(buffer.data()), count);
  }
  return text;
}

CLAMS_INLINE void MediaFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno != EINTR) fail("write");
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
}

CLAMS_INLINE void MediaFile::fail(const char* call) const {
  throw Error{ErrorCode::io, std::string{call} + ' ' + path_.string() + ": " +
                                 std::generic_category().message(errno)};
}

CLAMS_INLINE MediaFile open_media_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), detail::kMediaFlags);
  if (descriptor >= 0) return detail::checked_media_file(descriptor, path);
  throw Error{errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io,
              "open " + path.string() + ": " + std::generic_category().message(errno)};
}

CLAMS_INLINE MediaFile make_temporary_file() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {  // some file systems cannot
    std::string name = folder / "clams-XXXXXX";
    descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(name.c_str());
  }
  if (descriptor >= 0) return {descriptor, folder / "(temporary)"};
  throw Error{ErrorCode::io, "open a temporary file in " + folder.string() + ": " +
                                 std::generic_category().message(errno)};
}

}  // namespace clams
