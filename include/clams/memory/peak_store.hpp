// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

namespace detail {
class PeakFiles;
}  // namespace detail

/// Where peaks are remembered.
struct PeakStoreOptions {
  std::filesystem::path folder;  ///< see profile_folder(); empty: nothing is kept on the disk
  std::vector<std::filesystem::path> seeds = {};  ///< read only: baked into an image, say
  detail::PeakFiles* files = nullptr;             ///< borrowed; none: the operating system's
  const Clock* clock = &real_clock();             ///< borrowed
  LogOptions log = {};                            ///< sink and clock are borrowed
};

/// Where peaks are kept if no flag says otherwise: `$CLAMS_PROFILE_DIR`, else
/// `$XDG_CACHE_HOME/clams/memory_profiles`, else `~/.cache/clams/memory_profiles`, as clams-python.
/// A relative XDG_CACHE_HOME does not count, as its specification says. Empty if nothing is set.
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
/// Corrupt, foreign and unreadable files count as absent; what clams-python wrote is a prior. A
/// folder that is a symbolic link or belongs to somebody else is not touched: peaks are then kept
/// in memory only, and a warning says so.
///
/// Ownership: owns the thread that writes; borrows files, clock and log sink. The destructor
///   writes what is left.
/// Threads: thread-safe. `find` and `raise` are for the request's path: they never wait for the
///   disk, but for the first `find` of a hash.
/// Errors: `find` and `raise` never throw for the state of the disk: what cannot be written stays
///   in memory, is logged and tried again. An app or hash that is no plain name throws Error usage.
class PeakStore {
 public:
  explicit PeakStore(PeakStoreOptions options);
  PeakStore(const PeakStore&) = delete;
  PeakStore& operator=(const PeakStore&) = delete;
  PeakStore(PeakStore&&) = delete;
  PeakStore& operator=(PeakStore&&) = delete;
  ~PeakStore();

  /// What is known about requests with this hash (`parameter_hash`) of this app. What other
  /// processes have written since the first time is seen some seconds later.
  /// @param prior_hash what clams-python files the same request under (`upstream_profile_hash`); of
  ///   its file the peak counts. Empty: there is none.
  [[nodiscard]] std::optional<PeakRecord> find(const std::string& app, const std::string& hash,
                                               const std::string& prior_hash = "");

  /// Merges the run into what is known: seen by `find` at once, on the disk soon: higher figures at
  /// once, samples and times with the next write, at most some seconds apart.
  void raise(const std::string& app, const std::string& hash, const PeakRecord& run);

  /// Returns once everything raised so far is on the disk or has failed to get there.
  /// @return whether all of it is on the disk.
  bool flush();

  /// Everything on the disk, of one app or (empty) of all, seeds included.
  /// @throws Error io if the folder cannot be read.
  [[nodiscard]] std::vector<StoredPeak> list(const std::string& app = "") const;

  /// Removes what was not raised for `age` (zero: all), of one app or of all.
  /// What the seeds hold stays.
  /// @return how many records.
  /// @throws Error io if the folder cannot be read.
  std::size_t clear(const std::string& app, std::chrono::seconds age);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_store.ipp>
#include <clams/memory/impl/peak_store_upkeep.ipp>
#include <clams/memory/impl/peak_store_writing.ipp>
#endif
