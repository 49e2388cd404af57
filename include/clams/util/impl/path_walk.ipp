// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/detail/path_walk.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace clams::detail {

// The kernel says EAGAIN when a folder moved while it followed `..`; an attacker could go on so.
inline constexpr int kMostWalks = 64;

CLAMS_INLINE std::vector<std::string> path_parts(const std::filesystem::path& path) {
  std::vector<std::string> parts;
  for (const auto& part : path.relative_path()) {
    if (!part.empty() && part != ".") parts.push_back(part.string());
  }
  return parts;
}

[[nodiscard]] CLAMS_INLINE int call_openat2(int folder, const char* path, int flags) noexcept {
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags);
  how.mode = (flags & O_CREAT) != 0 ? kNewFileMode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

CLAMS_INLINE bool has_openat2() noexcept {
  const int folder = ::open("/", kFolderFlags);
  if (folder < 0) return false;
  const int opened = call_openat2(folder, ".", kFolderFlags);
  ::close(folder);
  if (opened < 0) return false;
  ::close(opened);
  return true;
}

CLAMS_INLINE int open_below_by_kernel(int folder, const std::vector<std::string>& parts,
                                      int flags) noexcept {
  std::string path;
  for (const std::string& part : parts) path += path.empty() ? part : '/' + part;
  int descriptor = -1;
  for (int i = 0; i < kMostWalks; ++i) {
    descriptor = call_openat2(folder, path.c_str(), flags);
    if (descriptor >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return descriptor;
}

CLAMS_INLINE int open_below_by_parts(int folder, const std::vector<std::string>& parts,
                                     int flags) noexcept {
  if (parts.empty() || std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    errno = ENOENT;
    return -1;
  }
  int at = folder;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    const int next =
        ::openat(at, parts[i].c_str(), (is_last ? flags : kFolderFlags) | O_NOFOLLOW, kNewFileMode);
    const int reason = errno;
    if (at != folder) ::close(at);
    errno = reason;
    if (next < 0) return -1;
    at = next;
  }
  return at;
}

}  // namespace clams::detail
