// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace clams::detail {

inline constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
inline constexpr mode_t kNewFileMode = 0666;

/// A path's parts; empty ones and `.` are left out, `..` is kept.
[[nodiscard]] std::vector<std::string> path_parts(const std::filesystem::path& path);

/// Whether this kernel has openat2 and lets this process use it.
[[nodiscard]] bool has_openat2() noexcept;

/// Opens `parts` below the folder by openat2: the kernel makes sure that no step leaves it.
/// @return a descriptor; -1 with errno
[[nodiscard]] int open_below_by_kernel(int folder, const std::vector<std::string>& parts,
                                       int flags) noexcept;

/// The same by opening each part from the one before; links and `..` are refused.
[[nodiscard]] int open_below_by_parts(int folder, const std::vector<std::string>& parts,
                                      int flags) noexcept;

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/path_walk.ipp>
#endif
