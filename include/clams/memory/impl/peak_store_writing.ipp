// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/impl/peak_store_impl.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <system_error>

namespace clams {

namespace detail {

inline constexpr std::chrono::seconds kFirstPeakRetry{1};
inline constexpr std::chrono::seconds kLastPeakRetry{60};
inline constexpr std::chrono::seconds kLastWrites{10};  // for what is left when the store is closed

CLAMS_INLINE std::chrono::seconds retry_pause(int failures) {
  constexpr int kMostDoublings = 6;
  return std::min(kFirstPeakRetry * (1 << std::min(failures - 1, kMostDoublings)), kLastPeakRetry);
}

/// A thread that no signal of the app is delivered to: a full disk quota (SIGXFSZ) ends no process.
template <typename Body>
std::thread quiet_thread(Body body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const ScopeExit restore{[&] { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }};
  return std::thread{std::move(body)};
}

}  // namespace detail

CLAMS_INLINE void PeakStore::Impl::queue(const detail::PeakName& name, detail::PeakEntry& entry) {
  if (entry.is_queued || !start_thread()) return;
  entry.is_queued = true;
  jobs.push_back(name);
  ++jobs_queued;
  work_came.notify_one();
}

CLAMS_INLINE bool PeakStore::Impl::start_thread() {
  if (thread.joinable()) return true;
  try {
    thread = detail::quiet_thread([this] { work(); });
  } catch (const std::system_error& error) {
    log.warning(std::string{"no thread to write peaks with: "} + error.what());
  }
  return thread.joinable();
}

CLAMS_INLINE void PeakStore::Impl::work() {
  std::unique_lock lock{mutex};
  while (true) {
    work_came.wait(lock, [&] { return stop_by || !jobs.empty(); });
    if (jobs.empty()) return;
    const detail::PeakName name = std::move(jobs.front());
    jobs.pop_front();
    const bool is_too_late = stop_by && now() > *stop_by;
    lock.unlock();
    if (!is_too_late) run_job(name);
    lock.lock();
    ++jobs_done;
    work_done.notify_all();
  }
}

CLAMS_INLINE void PeakStore::Impl::run_job(const detail::PeakName& name) {
  detail::PeakEntry snapshot;
  {
    const std::scoped_lock lock{mutex};
    const auto found = entries.find(name);
    if (found == entries.end()) return;  // cleared meanwhile
    found->second.is_queued = false;
    found->second.is_corrupt = false;
    snapshot = found->second;
  }
  try {
    if (snapshot.pending) {
      save(name, *snapshot.pending, snapshot.last_raise);
    } else {
      refresh(name, snapshot.prior_hashes);
    }
  } catch (const std::exception& error) {
    note_failure(name, error.what());
  }
}

CLAMS_INLINE void PeakStore::Impl::save(const detail::PeakName& name, const PeakRecord& pending,
                                        std::uint64_t last_raise) {
  const detail::PeakRaising raising = folder.raise(name, pending);
  if (!raising.remark.empty()) log.warning(raising.remark);
  note_saved(name, raising, last_raise);
}

CLAMS_INLINE void PeakStore::Impl::note_saved(const detail::PeakName& name,
                                              const detail::PeakRaising& raising,
                                              std::uint64_t last_raise) {
  const std::scoped_lock lock{mutex};
  const auto found = entries.find(name);
  if (found == entries.end()) return;
  detail::PeakEntry& entry = found->second;
  entry.stored = raising.record;
  entry.failures = 0;
  entry.detail_at = now() + detail::kPeakDetailPause;
  const bool is_all = entry.last_raise == last_raise;
  if (is_all) entry.pending.reset();
  entry.first_unsaved = is_all ? 0 : last_raise + 1;
  entry.update_known();
  if (reported.empty()) return;
  const bool is_well = std::none_of(entries.begin(), entries.end(),
                                    [](const auto& item) { return item.second.failures > 0; });
  if (is_well) reported.clear();  // should it happen again, it is logged again
}

CLAMS_INLINE void PeakStore::Impl::note_failure(const detail::PeakName& name,
                                                const std::string& problem) {
  report(problem + "; peaks are kept in memory and written later");
  const std::scoped_lock lock{mutex};
  const auto found = entries.find(name);
  if (found == entries.end()) return;
  detail::PeakEntry& entry = found->second;
  ++entry.failures;
  entry.retry_at = now() + detail::retry_pause(entry.failures);
}

CLAMS_INLINE void PeakStore::Impl::refresh(const detail::PeakName& name,
                                           const std::set<std::string>& prior_hashes) {
  const detail::PeakReadings readings = read(name, prior_hashes);
  if (readings.own.state == detail::PeakReading::State::corrupt) {
    const std::string remark = folder.set_aside(name);
    if (!remark.empty()) log.warning(remark);
  }
  const std::scoped_lock lock{mutex};
  const auto found = entries.find(name);
  if (found == entries.end()) return;
  // Others may have cleared it; where that cannot be told, what was seen before still counts.
  if (readings.own.state != detail::PeakReading::State::failed) found->second.stored.reset();
  take(found->second, readings);
  found->second.is_corrupt = false;
}

CLAMS_INLINE bool PeakStore::Impl::flush() {
  std::unique_lock lock{mutex};
  const std::uint64_t last_raise = raises;
  for (auto& [name, entry] : entries) {
    if (entry.pending) queue(name, entry);
  }
  const std::uint64_t last_job = jobs_queued;
  work_done.wait(lock, [&] { return jobs_done >= last_job; });
  return std::none_of(entries.begin(), entries.end(), [&](const auto& item) {
    const std::uint64_t unsaved = item.second.first_unsaved;
    return unsaved != 0 && unsaved <= last_raise;
  });
}

CLAMS_INLINE void PeakStore::Impl::stop() {
  {
    const std::scoped_lock lock{mutex};
    if (!thread.joinable() && entries.empty()) return;
    stop_by = now() + detail::kLastWrites;
    for (auto& [name, entry] : entries) {
      if (entry.pending) queue(name, entry);
    }
    work_came.notify_one();
  }
  if (thread.joinable()) thread.join();
  const auto lost = std::count_if(entries.begin(), entries.end(),
                                  [](const auto& item) { return item.second.pending.has_value(); });
  if (lost == 0) return;
  log.warning(counted(static_cast<std::size_t>(lost), "peak could not be written and is lost",
                      "peaks could not be written and are lost"));
}

}  // namespace clams
