// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/impl/peak_store_impl.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE std::optional<std::string> chosen_peak_app(const std::string& app) {
  return app.empty() ? std::nullopt : std::optional{peak_folder_name(app)};
}

/// The names in a folder; none if there is no such folder.
CLAMS_INLINE std::vector<PeakName> names_if_there(const PeakFolder& folder,
                                                  const std::optional<std::string>& app) {
  try {
    return folder.names(app);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return {};
    throw;
  }
}

CLAMS_INLINE void add_stored_peaks(const PeakFolder& folder, const std::optional<std::string>& app,
                                   std::map<PeakName, StoredPeak>& found) {
  for (const PeakName& name : names_if_there(folder, app)) {
    const PeakReading reading = folder.read(name);
    if (reading.state != PeakReading::State::good) continue;
    const auto [place, is_new] =
        found.try_emplace(name, StoredPeak{name.app, name.hash, reading.record, reading.written});
    if (is_new) continue;
    StoredPeak& known = place->second;
    known.record = merge(known.record, reading.record);
    known.written = std::max(known.written, reading.written);
  }
}

/// What was written at this time or before is as old as `age`.
CLAMS_INLINE Clock::SystemTime newest_of_age(Clock::SystemTime now, std::chrono::seconds age) {
  if (age <= std::chrono::seconds{0}) return Clock::SystemTime::max();
  const auto since_epoch = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  if (age >= since_epoch) return Clock::SystemTime{};
  return now - age;
}

}  // namespace detail

CLAMS_INLINE std::vector<StoredPeak> PeakStore::list(const std::string& app) const {
  const auto chosen = detail::chosen_peak_app(app);
  std::map<detail::PeakName, StoredPeak> found;
  for (const detail::PeakFolder& seed : impl_->seeds) {
    detail::add_stored_peaks(seed, chosen, found);
  }
  detail::add_stored_peaks(impl_->folder, chosen, found);
  std::vector<StoredPeak> peaks;
  peaks.reserve(found.size());
  for (auto& [name, peak] : found) peaks.push_back(std::move(peak));
  return peaks;
}

CLAMS_INLINE std::size_t PeakStore::clear(const std::string& app, std::chrono::seconds age) {
  const auto chosen = detail::chosen_peak_app(app);
  const auto newest = detail::newest_of_age(impl_->options.clock->system_now(), age);
  flush();  // or what waits to be written would come back
  std::size_t removed = 0;
  for (const detail::PeakName& name : detail::names_if_there(impl_->folder, chosen)) {
    try {
      removed += impl_->folder.remove(name, newest) ? 1U : 0U;
    } catch (const Error& error) {
      impl_->log.warning(std::string{"not cleared: "} + error.what());
    }
  }
  impl_->forget(chosen, newest == Clock::SystemTime::max());
  return removed;
}

CLAMS_INLINE void PeakStore::Impl::forget(const std::optional<std::string>& app,
                                          bool with_pending) {
  const std::scoped_lock lock{mutex};
  std::erase_if(entries, [&](const auto& item) {
    const bool is_meant = !app || item.first.app == *app;
    return is_meant && (with_pending || !item.second.pending);
  });
}

}  // namespace clams
