// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/profile_arguments.hpp>
#include <clams/cli/detail/profile_command.hpp>
#include <clams/cli/detail/standard_streams.hpp>
#include <clams/cli/detail/text_table.hpp>
#include <clams/memory/peak_export.hpp>
#include <clams/memory/peak_record_json.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <chrono>
#include <iostream>

namespace clams::detail {

/// What was asked of `profile`, and where it is done.
///
/// Ownership: borrows both; owns the store.
/// Threads: confined.
/// Errors: each action throws Error as `profile_command` says.
class ProfileActions {
 public:
  ProfileActions(const ProfilePlace& place, const ProfileArguments& asked)
      : place_(place), asked_(asked), store_(place.store) {}

  void list() const;
  void show() const;
  void export_peaks() const;
  void import_peaks();
  void clear();

 private:
  /// The app that is meant; empty: all.
  [[nodiscard]] std::string app() const { return asked_.all_apps ? std::string{} : place_.app; }
  [[nodiscard]] std::string whose() const {
    return asked_.all_apps ? "any app" : "'" + place_.app + "'";
  }
  [[nodiscard]] StoredPeak find(const std::string& hash) const;
  [[nodiscard]] Json read_export() const;

  const ProfilePlace& place_;
  const ProfileArguments& asked_;
  PeakStore store_;
};

[[nodiscard]] CLAMS_INLINE std::string counted_records(std::size_t count) {
  return counted(count, "record", "records");
}

[[nodiscard]] CLAMS_INLINE std::string device_kinds(const PeakRecord& record) {
  std::string kinds;
  for (const auto& [kind, peak] : record.devices) kinds += (kinds.empty() ? "" : ", ") + kind;
  return kinds.empty() ? "-" : kinds;
}

CLAMS_INLINE void ProfileActions::list() const {
  const std::vector<StoredPeak> peaks = store_.list(app());
  if (peaks.empty()) {
    std::cerr << "No memory peaks of " << whose() << " are remembered in "
              << place_.store.folder.string() << '\n';
    return;
  }
  std::vector<std::vector<std::string>> rows{{"HASH", "PEAK", "DEVICES", "WRITTEN"}};
  for (const StoredPeak& peak : peaks) {
    const auto written = std::chrono::floor<std::chrono::seconds>(peak.written);
    rows.push_back(
        {peak.hash, to_text(peak.record.peak), device_kinds(peak.record), utc_timestamp(written)});
  }
  if (asked_.all_apps) {
    rows.front().insert(rows.front().begin(), "APP");
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      rows[i + 1].insert(rows[i + 1].begin(), peaks[i].app);
    }
  }
  std::cout << text_table(rows);
}

/// The one record whose hash begins so.
CLAMS_INLINE StoredPeak ProfileActions::find(const std::string& hash) const {
  std::vector<StoredPeak> found = store_.list(app());
  std::erase_if(found, [&](const StoredPeak& peak) { return !peak.hash.starts_with(hash); });
  if (found.empty()) {
    throw Error{ErrorCode::not_found, "no record of " + whose() + " has a hash that begins with '" +
                                          hash + "'; " + place_.program +
                                          " profile list shows which there are"};
  }
  if (found.size() == 1) return found.front();
  std::string text = "argument HASH: '" + hash + "' is the beginning of several:";
  for (const StoredPeak& peak : found) {
    text += "\n  " + peak.hash + (asked_.all_apps ? " of " + peak.app : "");
  }
  throw Error{ErrorCode::usage, text};
}

CLAMS_INLINE void ProfileActions::show() const {
  std::cout << write_json(to_json(find(*asked_.operand).record), JsonLayout::pretty) << '\n';
}

CLAMS_INLINE void ProfileActions::export_peaks() const {
  const std::vector<StoredPeak> peaks = store_.list(app());
  const std::string text = write_json(export_profiles(peaks), JsonLayout::pretty) + '\n';
  ResultOutput{output_file(asked_.operand)}.write(text);
  std::cerr << counted_records(peaks.size()) << " exported\n";
}

CLAMS_INLINE void ProfileActions::import_peaks() {
  const std::string text = read_input(asked_.operand, "FILE");
  std::size_t count = 0;
  try {
    count = import_profiles(store_, parse_json(text));
  } catch (const Error& error) {
    throw Error{error.code(), *asked_.operand + ": " + error.what()};
  }
  if (!store_.flush()) {
    throw Error{ErrorCode::io,
                place_.store.folder.string() + ": not all imported peaks could be written there"};
  }
  std::cerr << counted_records(count) << " imported\n";
}

CLAMS_INLINE void ProfileActions::clear() {
  std::cerr << counted_records(store_.clear(app(), asked_.older_than)) << " cleared\n";
}

CLAMS_INLINE ExitCode profile_command(const ProfilePlace& place,
                                      const std::vector<std::string>& arguments) {
  const ProfileArguments asked = parse_profile_arguments(arguments);
  if (asked.action == ProfileAction::help) {
    std::cout << profile_help(place.program);
    return ExitCode::success;
  }
  if (place.store.folder.empty()) {
    throw Error{ErrorCode::usage,
                "no folder to remember peaks in: set --profile-dir, CLAMS_PROFILE_DIR or HOME"};
  }
  ProfileActions actions{place, asked};
  switch (asked.action) {
    case ProfileAction::list: actions.list(); break;
    case ProfileAction::show: actions.show(); break;
    case ProfileAction::export_peaks: actions.export_peaks(); break;
    case ProfileAction::import_peaks: actions.import_peaks(); break;
    case ProfileAction::clear: actions.clear(); break;
    case ProfileAction::help: break;
  }
  return ExitCode::success;
}

}  // namespace clams::detail
