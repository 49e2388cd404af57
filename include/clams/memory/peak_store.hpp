// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/files.hpp>
#include <clams/util/log.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// Where peaks are remembered.
struct PeakStoreOptions {
  std::filesystem::path folder;                   ///< see profile_folder()
  std::vector<std::filesystem::path> seeds = {};  ///< read only: baked into an image, say
  FileOps* files = &real_file_ops();              ///< borrowed
  const Clock* clock = &real_clock();             ///< borrowed
  LogOptions log = {};                            ///< sink and clock are borrowed
};

/// Where peaks are kept if no flag says otherwise: `$CLAMS_PROFILE_DIR`, else
/// `$XDG_CACHE_HOME/clams/memory_profiles`, else `~/.cache/clams/memory_profiles`, as clams-python.
[[nodiscard]] std::filesystem::path profile_folder(const Environment& environment);

/// One remembered record and where it lies.
struct StoredPeak {
  std::string app;   ///< identifier, as its folder spells it
  std::string hash;  ///< 32 hex digits
  PeakRecord record;
  Clock::SystemTime written;
};

/// The peaks of all requests ever measured, in files that all processes and clams-python share. A
/// peak is only ever raised: no number of writers loses one, and no reader sees half a file.
/// Corrupt, foreign and unreadable files count as absent; what clams-python wrote is a prior.
///
/// Ownership: owns the thread that writes; borrows files, clock and log sink. The destructor
///   writes what is left.
/// Threads: thread-safe. `find` and `raise` are for the request's path: they never wait for the
///   disk, but for the first `find` of a hash.
/// Errors: `find` and `raise` never throw for the state of the disk: what cannot be written stays
/// in
///   memory, is logged and tried again. An app or hash that is no plain name throws Error usage.
class PeakStore {
 public:
  explicit PeakStore(PeakStoreOptions options);
  PeakStore(const PeakStore&) = delete;
  PeakStore& operator=(const PeakStore&) = delete;
  PeakStore(PeakStore&&) = delete;
  PeakStore& operator=(PeakStore&&) = delete;
  ~PeakStore();

  /// What is known about requests with this hash (`parameter_hash`) of this app.
  [[nodiscard]] std::optional<PeakRecord> find(const std::string& app, const std::string& hash);

  /// Merges the run into what is known: seen by `find` at once, on the disk soon.
  void raise(const std::string& app, const std::string& hash, const PeakRecord& run);

  /// Returns once everything raised so far is on the disk or has failed to get there.
  /// @return whether all of it is on the disk.
  bool flush();

  /// Everything on the disk, of one app or (empty) of all, seeds included.
  [[nodiscard]] std::vector<StoredPeak> list(const std::string& app = "") const;

  /// Removes what was not raised for `age` (zero: all), of one app or of all.
  /// @return how many records.
  std::size_t clear(const std::string& app, std::chrono::seconds age);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_store.ipp>
#endif
