// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_system.hpp>
#include <clams/util/environment.hpp>

#include <filesystem>
#include <string>

namespace clams {

/// Where the ledgers are kept if no flag says otherwise: `$CLAMS_LEDGER_DIR`; else `shared`, if it
/// is there and may be written; else `$XDG_RUNTIME_DIR/clams`; else `/dev/shm/clams-UID`. All
/// processes that use a device have to agree on it: give containers the same folder. The service's
/// folder is made by the administrator, with mode 2770 and the group of all users of the devices.
[[nodiscard]] std::filesystem::path ledger_folder(
    const Environment& environment, const std::filesystem::path& shared = "/run/clams");

/// Who may use the ledgers in a folder.
enum class LedgerSharing { owner, group };

/// The folder exists afterwards, and is safe to keep ledgers in: not a symbolic link; ours, the
/// superuser's or our group's; nobody else may write to it; on a file system of this machine,
/// because locks on others do not reach the other hosts or do not end with their owner. A missing
/// one is made for its owner only.
/// @throws Error io naming the folder, what is wrong with it and what would be right.
LedgerSharing prepare_ledger_folder(const std::filesystem::path& folder,
                                    detail::LedgerSystem& system = detail::real_ledger_system());

/// The name of a device's file: any UUID gives a plain file name, no two give the same.
/// @throws Error usage if it is empty or longer than 80 characters.
[[nodiscard]] std::string ledger_file_name(const std::string& device);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/ledger_folder.ipp>
#endif
