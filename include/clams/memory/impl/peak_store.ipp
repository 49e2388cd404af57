// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/impl/peak_store_impl.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <system_error>
#include <utility>

namespace clams {

namespace detail {

inline constexpr std::chrono::seconds kPeakRefresh{5};       // others' raises are seen after this
inline constexpr std::chrono::seconds kPeakDetailPause{10};  // between writes of mere details
inline constexpr std::size_t kPeakEntries = 4096;
inline constexpr std::size_t kPriorHashes = 16;
inline constexpr std::size_t kReportedProblems = 32;

/// A folder as it can be opened without following it: absolute, without a slash at its end.
CLAMS_INLINE std::filesystem::path plain_peak_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return folder;
  std::error_code ignored;  // no working directory any more: then the path stays relative
  std::filesystem::path path = std::filesystem::absolute(folder, ignored);
  if (ignored) path = folder;
  path = path.lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

/// Seeds are named by whoever runs the app, so that links on the way to them are fine.
CLAMS_INLINE std::filesystem::path seed_peak_folder(const std::filesystem::path& folder) {
  std::error_code missing;
  std::filesystem::path path = std::filesystem::canonical(folder, missing);
  return missing ? plain_peak_folder(folder) : path;
}

CLAMS_INLINE PeakStoreOptions complete_options(PeakStoreOptions options) {
  if (options.files == nullptr) options.files = &real_peak_files();
  return options;
}

CLAMS_INLINE PeakName checked_peak_name(const std::string& app, const std::string& hash) {
  check_peak_hash(hash);
  return {peak_folder_name(app), hash};
}

CLAMS_INLINE void merge_into(std::optional<PeakRecord>& record,
                             const std::optional<PeakRecord>& newer) {
  if (newer) record = record ? merge(*record, *newer) : *newer;
}

CLAMS_INLINE void PeakEntry::update_known() {
  known = prior;
  merge_into(known, stored);
  merge_into(known, pending);
}

}  // namespace detail

CLAMS_INLINE std::filesystem::path profile_folder(const Environment& environment) {
  if (const std::string chosen = environment.get_or("CLAMS_PROFILE_DIR", ""); !chosen.empty()) {
    return chosen;
  }
  const std::filesystem::path below = std::filesystem::path{"clams"} / "memory_profiles";
  const std::filesystem::path cache = environment.get_or("XDG_CACHE_HOME", "");
  if (cache.is_absolute()) return cache / below;
  const std::filesystem::path home = environment.get_or("HOME", "");
  return home.is_absolute() ? home / ".cache" / below : std::filesystem::path{};
}

CLAMS_INLINE PeakStore::Impl::Impl(PeakStoreOptions chosen)
    : options(detail::complete_options(std::move(chosen))),
      log("clams.peaks", options.log),
      folder(detail::plain_peak_folder(options.folder), *options.files) {
  for (const auto& seed : options.seeds) {
    seeds.emplace_back(detail::seed_peak_folder(seed), *options.files);
  }
}

CLAMS_INLINE detail::PeakEntry& PeakStore::Impl::entry_of(const detail::PeakName& name) {
  if (entries.size() >= detail::kPeakEntries && !entries.contains(name)) make_room();
  return entries[name];
}

// Requests whose parameters never repeat must not fill the memory. What is on the disk is read
// again when it is asked for; what cannot get there is given up last.
CLAMS_INLINE void PeakStore::Impl::make_room() {
  std::erase_if(entries, [](const auto& item) { return !item.second.pending; });
  if (entries.size() < detail::kPeakEntries) return;
  const auto forgotten =
      std::erase_if(entries, [](const auto& item) { return item.second.failures > 0; });
  log.warning("forgot " + std::to_string(forgotten) + " peaks that could not be written");
}

CLAMS_INLINE detail::PeakReadings PeakStore::Impl::read(const detail::PeakName& name,
                                                        const std::set<std::string>& prior_hashes) {
  detail::PeakReadings readings{.own = folder.read(name), .prior = {}};
  report_reading(readings.own);
  for (const detail::PeakFolder& seed : seeds) {
    const auto reading = seed.read(name);
    if (reading.state != detail::PeakReading::State::good) continue;
    detail::merge_into(readings.prior, reading.record);
  }
  for (const std::string& hash : prior_hashes) {
    // clams-python writes to one temporary file without a lock: a bad one is left for it to mend.
    const auto read_prior = [&](const detail::PeakFolder& from) {
      const auto reading = from.read({name.app, hash});
      if (reading.state != detail::PeakReading::State::good) return;
      detail::merge_into(readings.prior, PeakRecord{.peak = reading.record.peak});
    };
    read_prior(folder);
    for (const detail::PeakFolder& seed : seeds) read_prior(seed);
  }
  return readings;
}

CLAMS_INLINE void PeakStore::Impl::take(detail::PeakEntry& entry,
                                        const detail::PeakReadings& readings) const {
  using State = detail::PeakReading::State;
  switch (readings.own.state) {
    case State::good: detail::merge_into(entry.stored, readings.own.record); break;
    case State::corrupt: entry.is_corrupt = true; break;
    case State::absent:  // what was written meanwhile counts all the same
    case State::foreign:
    case State::failed: break;
  }
  detail::merge_into(entry.prior, readings.prior);
  entry.was_read = true;
  entry.refresh_at = now() + detail::kPeakRefresh;
  entry.update_known();
}

CLAMS_INLINE void PeakStore::Impl::report(const std::string& problem) {
  {
    const std::scoped_lock lock{mutex};
    if (reported.size() >= detail::kReportedProblems) return;
    if (!reported.insert(problem).second) return;
  }
  log.warning(problem);
}

CLAMS_INLINE void PeakStore::Impl::report_reading(const detail::PeakReading& reading) {
  using State = detail::PeakReading::State;
  if (reading.state != State::foreign && reading.state != State::failed) return;
  report(reading.problem + "; the peak there counts as unknown");
}

CLAMS_INLINE PeakStore::PeakStore(PeakStoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

CLAMS_INLINE PeakStore::~PeakStore() { impl_->stop(); }

CLAMS_INLINE std::optional<PeakRecord> PeakStore::find(const std::string& app,
                                                       const std::string& hash,
                                                       const std::string& prior_hash) {
  const detail::PeakName name = detail::checked_peak_name(app, hash);
  if (!prior_hash.empty()) detail::check_peak_hash(prior_hash);
  std::set<std::string> prior_hashes;
  {
    const std::scoped_lock lock{impl_->mutex};
    detail::PeakEntry& entry = impl_->entry_of(name);
    bool is_complete = entry.was_read;
    if (!prior_hash.empty() && !entry.prior_hashes.contains(prior_hash)) {
      if (entry.prior_hashes.size() >= detail::kPriorHashes) entry.prior_hashes.clear();
      entry.prior_hashes.insert(prior_hash);
      is_complete = false;
    }
    if (is_complete) {
      if (impl_->now() >= entry.refresh_at) impl_->queue(name, entry);
      return entry.known;
    }
    prior_hashes = entry.prior_hashes;
  }
  const auto readings = impl_->read(name, prior_hashes);
  const std::scoped_lock lock{impl_->mutex};
  detail::PeakEntry& entry = impl_->entry_of(name);
  impl_->take(entry, readings);
  if (entry.is_corrupt) impl_->queue(name, entry);
  return entry.known;
}

CLAMS_INLINE void PeakStore::raise(const std::string& app, const std::string& hash,
                                   const PeakRecord& run) {
  const detail::PeakName name = detail::checked_peak_name(app, hash);
  const std::scoped_lock lock{impl_->mutex};
  detail::PeakEntry& entry = impl_->entry_of(name);
  const PeakNews news = entry.known ? peak_news(*entry.known, run) : PeakNews::peak;
  if (news != PeakNews::none) {
    detail::merge_into(entry.pending, run);
    detail::merge_into(entry.known, run);
    entry.last_raise = ++impl_->raises;
    if (entry.first_unsaved == 0) entry.first_unsaved = entry.last_raise;
  }
  if (!entry.pending) return;
  const auto now = impl_->now();
  const bool is_urgent = news == PeakNews::peak || entry.failures > 0;
  if (now >= entry.retry_at && (is_urgent || now >= entry.detail_at)) impl_->queue(name, entry);
}

CLAMS_INLINE bool PeakStore::flush() { return impl_->flush(); }

}  // namespace clams
