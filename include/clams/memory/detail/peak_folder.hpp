// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_files.hpp>
#include <clams/memory/detail/peak_names.hpp>
#include <clams/memory/peak_record.hpp>
#include <clams/util/clock.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace clams::detail {

/// What came of reading a record.
struct PeakReading {
  enum class State {
    absent,
    good,
    corrupt,  ///< ours, but no record
    foreign,  ///< a link, a pipe, somebody else's: not even looked into
    failed    ///< cannot tell
  };

  State state = State::absent;
  PeakRecord record = {};
  Clock::SystemTime written = {};
  std::string problem = {};  ///< of the last three states
};

/// What came of raising a record.
struct PeakRaising {
  PeakRecord record;        ///< what the file says now
  std::string remark = {};  ///< if something odd was found and put right
};

/// The records in one folder of the disk, `FOLDER/APP/memory_HASH.json`.
///
/// A record is changed under the lock of `.memory_HASH.lock`: read again, merged, written to one
/// fixed name, synced, renamed, and the folder synced. So no raise is lost, none is half there, and
/// what is acknowledged outlives a power cut. A lock file is removed only by whoever holds its
/// lock; whoever gets a lock checks that the file still stands under its name, and else starts
/// again with the new one.
///
/// Ownership: a value; borrows the calls.
/// Threads: thread-safe; so are several processes.
/// Errors: reading tells how it went in its result; the others throw Error io naming the call, the
///   path and the system's reason.
class PeakFolder {
 public:
  /// How long others may hold a record's lock before that counts as a failure.
  static constexpr std::chrono::milliseconds kLockPatience{5000};

  PeakFolder(std::filesystem::path path, PeakFiles& files);

  [[nodiscard]] PeakReading read(const PeakName& name) const;

  /// The file says at least what `record` says, and that has reached the disk.
  PeakRaising raise(const PeakName& name, const PeakRecord& record) const;

  /// Renames a file that is no record to `.bad`, so that somebody may look at it.
  /// @return what was done, or empty if it is a record after all.
  std::string set_aside(const PeakName& name) const;  // NOLINT(modernize-use-nodiscard)

  /// The records (and what is left of some) in the folder of an app, or of all.
  [[nodiscard]] std::vector<PeakName> names(const std::optional<std::string>& app) const;

  /// Removes a record that was not changed since `newest`, and the files around it.
  /// @return whether there was one.
  bool remove(const PeakName& name, Clock::SystemTime newest) const;

 private:
  [[nodiscard]] PeakFile open_base() const;
  [[nodiscard]] PeakFile open_app(const std::string& app) const;
  [[nodiscard]] PeakFile make_app(const std::string& app) const;
  void make_base() const;
  [[nodiscard]] PeakFile checked_folder(int descriptor, const std::filesystem::path& path) const;
  [[nodiscard]] PeakFile take_lock(const PeakFile& folder, const PeakName& name) const;
  [[nodiscard]] PeakReading read_in(const PeakFile& folder, const PeakName& name) const;
  [[nodiscard]] std::string read_text(const PeakFile& file,
                                      const std::filesystem::path& path) const;
  std::string rename_bad(const PeakFile& folder, const PeakName& name,
                         const std::string& problem) const;
  void replace(const PeakFile& folder, const PeakName& name, std::string_view text) const;
  void write_new(const PeakFile& folder, const PeakName& name, std::string_view text) const;
  void sync_folder(const PeakFile& folder, const std::filesystem::path& path) const;
  [[nodiscard]] std::optional<Clock::SystemTime> written(const PeakFile& folder,
                                                         const std::string& file) const;
  [[nodiscard]] std::filesystem::path path_of(const PeakName& name) const {
    return path_ / name.app / name.file();
  }

  std::filesystem::path path_;
  PeakFiles* files_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_folder.ipp>
#include <clams/memory/impl/peak_folder_locking.ipp>
#include <clams/memory/impl/peak_folder_upkeep.ipp>
#endif
