// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/ledger_folder.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace clams {

namespace detail {

struct RefusedFileSystem {
  std::uint32_t magic;
  std::string_view name;
};

/// Their locks are not those of this kernel alone: they do not meet other hosts' locks, or are kept
/// by a server that does not notice at once that a process died.
inline constexpr std::array kRefusedFileSystems{
    RefusedFileSystem{0x6969, "NFS"},         RefusedFileSystem{0x65735546, "FUSE"},
    RefusedFileSystem{0x517B, "SMB"},         RefusedFileSystem{0xFE534D42, "SMB"},
    RefusedFileSystem{0xFF534D42, "CIFS"},    RefusedFileSystem{0x01021997, "9P"},
    RefusedFileSystem{0x00C36400, "Ceph"},    RefusedFileSystem{0x0BD00BD0, "Lustre"},
    RefusedFileSystem{0x47504653, "GPFS"},    RefusedFileSystem{0x5346414F, "AFS"},
    RefusedFileSystem{0x6B414653, "AFS"},     RefusedFileSystem{0x73757245, "Coda"},
    RefusedFileSystem{0x01161970, "GFS2"},    RefusedFileSystem{0x7461636F, "OCFS2"},
    RefusedFileSystem{0x20030528, "OrangeFS"}};

[[noreturn]] CLAMS_INLINE void refuse_ledger_folder(const std::string& folder,
                                                    const std::string& problem) {
  throw Error{ErrorCode::io, "the ledger folder " + folder + " " + problem +
                                 "; set CLAMS_LEDGER_DIR to a folder of yours on a local file "
                                 "system, best in memory (/dev/shm, /run)"};
}

CLAMS_INLINE std::string plain_folder(const std::filesystem::path& folder) {
  std::string text = folder.lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();  // would follow a symbolic link
  return text;
}

CLAMS_INLINE void make_ledger_folder(LedgerSystem& system, const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path{folder}.parent_path(), problem);
  if (problem) fail_ledger_call("mkdir for", folder, problem.value());
  if (system.mkdir(folder, S_IRWXU) != 0 && errno != EEXIST) {
    fail_ledger_call("mkdir", folder, errno, "set CLAMS_LEDGER_DIR to a folder that you may write");
  }
}

CLAMS_INLINE OwnedDescriptor open_ledger_folder(LedgerSystem& system, const std::string& folder) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  int descriptor = system.open(folder, kFlags, 0);
  if (descriptor < 0 && errno == ENOENT) {
    make_ledger_folder(system, folder);
    descriptor = system.open(folder, kFlags, 0);
  }
  if (descriptor < 0 && (errno == ELOOP || errno == ENOTDIR)) {
    refuse_ledger_folder(folder, "is a symbolic link or not a folder");
  }
  if (descriptor < 0) fail_ledger_call("open", folder, errno);
  return {system, descriptor};
}

CLAMS_INLINE bool is_group_of_ours(gid_t group) {
  if (group == ::getegid()) return true;
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 0)));
  const int got = ::getgroups(count, groups.data());
  groups.resize(static_cast<std::size_t>(std::max(got, 0)));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

CLAMS_INLINE LedgerSharing check_folder_owner(const std::string& folder,
                                              const struct stat& status) {
  const bool is_for_group = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IWGRP) != 0;
  const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == 0 ||
                       (is_for_group && is_group_of_ours(status.st_gid));
  if (!is_ours) {
    refuse_ledger_folder(folder, "belongs to user " + std::to_string(status.st_uid));
  }
  if ((status.st_mode & S_IWOTH) != 0) refuse_ledger_folder(folder, "may be written by everybody");
  if ((status.st_mode & S_IWGRP) != 0 && !is_for_group) {
    refuse_ledger_folder(folder,
                         "may be written by its group, but lacks the set-group-ID bit of "
                         "a shared one (mode 2770)");
  }
  return is_for_group ? LedgerSharing::group : LedgerSharing::owner;
}

CLAMS_INLINE void check_file_system(LedgerSystem& system, const std::string& folder,
                                    int descriptor) {
  struct statfs answer {};
  if (system.file_system(descriptor, answer) != 0) fail_ledger_call("statfs", folder, errno);
  const auto magic = static_cast<std::uint32_t>(answer.f_type);
  for (const RefusedFileSystem& refused : kRefusedFileSystems) {
    if (magic == refused.magic) {
      refuse_ledger_folder(
          folder, "is on " + std::string{refused.name} + ", whose locks cannot be relied on");
    }
  }
}

}  // namespace detail

CLAMS_INLINE std::filesystem::path ledger_folder(const Environment& environment,
                                                 const std::filesystem::path& shared) {
  const std::string set = environment.get_or("CLAMS_LEDGER_DIR", "");
  if (!set.empty()) return set;
  if (::access(shared.c_str(), W_OK | X_OK) == 0) return shared;
  const std::string runtime = environment.get_or("XDG_RUNTIME_DIR", "");
  if (!runtime.empty()) return std::filesystem::path{runtime} / "clams";
  return "/dev/shm/clams-" + std::to_string(::geteuid());
}

CLAMS_INLINE LedgerSharing prepare_ledger_folder(const std::filesystem::path& folder,
                                                 detail::LedgerSystem& system) {
  if (folder.empty()) throw Error{ErrorCode::usage, "the ledger needs a folder, got an empty path"};
  const std::string name = detail::plain_folder(folder);
  const detail::OwnedDescriptor opened = detail::open_ledger_folder(system, name);
  struct stat status {};
  if (system.status(opened.get(), status) != 0) detail::fail_ledger_call("fstat", name, errno);
  const LedgerSharing sharing = detail::check_folder_owner(name, status);
  detail::check_file_system(system, name, opened.get());
  return sharing;
}

CLAMS_INLINE std::string ledger_file_name(const std::string& device) {
  constexpr std::size_t kLongest = 80;  // escaped, it still fits a file name
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::string_view kHex = "0123456789abcdef";
  if (device.empty() || device.size() > kLongest) {
    throw Error{ErrorCode::usage,
                "a device's UUID has 1 to 80 characters, got " + std::to_string(device.size())};
  }
  std::string name;
  for (const char letter : device) {
    const auto code = static_cast<unsigned char>(letter);
    if (kPlain.find(letter) != std::string_view::npos) {
      name += letter;
    } else {
      name += {'%', kHex[code >> 4U], kHex[code & 0xFU]};
    }
  }
  return name + ".ledger";
}

}  // namespace clams
