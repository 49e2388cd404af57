// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/support/faulty_ledger_system.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>

namespace clams::testing {

/// The real system, in which files lie elsewhere, belong to somebody else, or have locks that
/// cannot be asked about. What is not set is as it is.
class StrangeLedgerSystem final : public FaultyLedgerSystem {
 public:
  struct Ownership {
    std::optional<uid_t> user = std::nullopt;
    std::optional<gid_t> group = std::nullopt;
    std::optional<mode_t> permissions = std::nullopt;
  };

  int file_system(int descriptor, struct statfs& answer) override {
    const int result = FaultyLedgerSystem::file_system(descriptor, answer);
    if (magic) answer.f_type = *magic;
    return result;
  }
  int status(int descriptor, struct stat& answer) override {
    const int result = FaultyLedgerSystem::status(descriptor, answer);
    const Ownership& shown = S_ISDIR(answer.st_mode) ? folder : file;
    answer.st_uid = shown.user.value_or(answer.st_uid);
    answer.st_gid = shown.group.value_or(answer.st_gid);
    if (shown.permissions) answer.st_mode = (answer.st_mode & S_IFMT) | *shown.permissions;
    return result;
  }
  int chmod(int descriptor, mode_t mode) override {
    ++chmods;
    return refused(chmod_reason) ? -1 : FaultyLedgerSystem::chmod(descriptor, mode);
  }
  int lock(int descriptor, int command, struct ::flock& request) override {
    if (command == F_OFD_GETLK && refused(ask_reason)) return -1;
    if (request.l_type == F_UNLCK && command == F_OFD_SETLK && refused(unlock_reason)) return -1;
    return FaultyLedgerSystem::lock(descriptor, command, request);
  }

  std::optional<std::int64_t> magic;
  Ownership folder;
  Ownership file;
  int chmods = 0;         ///< so many calls
  int chmod_reason = 0;   ///< why permissions cannot be changed; 0: they can
  int ask_reason = 0;     ///< why it cannot be told who holds a lock
  int unlock_reason = 0;  ///< why no lock can be given back

 private:
  static bool refused(int reason) {
    if (reason != 0) errno = reason;
    return reason != 0;
  }
};

}  // namespace clams::testing
