// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_folder.hpp>
#include <clams/memory/peak_store.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace clams {

namespace detail {

/// What is remembered of one record in memory.
struct PeakEntry {
  std::optional<PeakRecord> stored;   // our file, as last seen
  std::optional<PeakRecord> prior;    // the seeds' and clams-python's
  std::optional<PeakRecord> pending;  // raised and not on the disk yet
  std::optional<PeakRecord> known;    // all of them: what find() tells
  std::set<std::string> prior_hashes;
  std::uint64_t first_unsaved = 0;  // number of the first raise in pending; 0: none
  std::uint64_t last_raise = 0;
  Clock::SteadyTime refresh_at = Clock::SteadyTime::min();
  Clock::SteadyTime detail_at = Clock::SteadyTime::min();  // when mere details may be written
  Clock::SteadyTime retry_at = Clock::SteadyTime::min();
  int failures = 0;  // since it was last written
  bool was_read = false;
  bool is_queued = false;
  bool is_corrupt = false;  // the file is to be set aside

  void update_known();
};

/// What is on the disk for one record.
struct PeakReadings {
  PeakReading own;
  std::optional<PeakRecord> prior;
};

}  // namespace detail

/// One mutex guards everything below it; it is never held while the disk is asked.
struct PeakStore::Impl {
  explicit Impl(PeakStoreOptions chosen);

  // peak_store.ipp: the request's path
  [[nodiscard]] Clock::SteadyTime now() const { return options.clock->steady_now(); }
  detail::PeakEntry& entry_of(const detail::PeakName& name);
  void make_room();
  [[nodiscard]] detail::PeakReadings read(const detail::PeakName& name,
                                          const std::set<std::string>& prior_hashes);
  void take(detail::PeakEntry& entry, const detail::PeakReadings& readings) const;
  void report(const std::string& problem);
  void report_reading(const detail::PeakReading& reading);

  // peak_store_writing.ipp: the thread that writes
  void queue(const detail::PeakName& name, detail::PeakEntry& entry);
  bool start_thread();
  void work();
  void run_job(const detail::PeakName& name);
  void save(const detail::PeakName& name, const PeakRecord& pending, std::uint64_t last_raise);
  void note_saved(const detail::PeakName& name, const detail::PeakRaising& raising,
                  std::uint64_t last_raise);
  void note_failure(const detail::PeakName& name, const std::string& problem);
  void refresh(const detail::PeakName& name, const std::set<std::string>& prior_hashes);
  bool flush();
  void stop();

  // peak_store_upkeep.ipp
  void forget(const std::optional<std::string>& app, bool with_pending);

  const PeakStoreOptions options;
  const Logger log;
  const detail::PeakFolder folder;
  std::vector<detail::PeakFolder> seeds;

  std::mutex mutex;  // guards all that follows
  std::condition_variable work_came;
  std::condition_variable work_done;
  std::map<detail::PeakName, detail::PeakEntry> entries;
  std::deque<detail::PeakName> jobs;
  std::uint64_t jobs_queued = 0;
  std::uint64_t jobs_done = 0;
  std::uint64_t raises = 0;
  std::set<std::string> reported;  // problems that were logged
  std::optional<Clock::SteadyTime> stop_by;
  std::thread thread;
};

}  // namespace clams
