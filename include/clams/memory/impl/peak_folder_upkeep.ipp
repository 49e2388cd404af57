// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/impl/peak_folder.ipp>

#include <set>

namespace clams::detail {

CLAMS_INLINE std::vector<PeakName> PeakFolder::names(const std::optional<std::string>& app) const {
  std::vector<std::string> apps;
  if (app) {
    apps.push_back(*app);
  } else {
    const PeakFile base = open_base();
    const int result = uninterrupted([&] { return files_->entries(base.get(), apps); });
    if (result < 0) fail_peak_call("readdir", path_, result);
    std::erase_if(apps, [](const std::string& name) { return !is_peak_folder_name(name); });
  }
  std::set<PeakName> found;
  for (const std::string& name : apps) {
    try {
      const PeakFile folder = open_app(name);
      std::vector<std::string> entries;
      const int result = uninterrupted([&] { return files_->entries(folder.get(), entries); });
      if (result < 0) fail_peak_call("readdir", path_ / name, result);
      for (const std::string& entry : entries) {
        if (auto hash = hash_in_file_name(entry)) found.insert({name, std::move(*hash)});
      }
    } catch (const Error& error) {
      // Beside the apps' folders there may be files and other people's folders.
      if (app && error.code() != ErrorCode::not_found) throw;
    }
  }
  return {found.begin(), found.end()};
}

CLAMS_INLINE std::optional<Clock::SystemTime> PeakFolder::written(const PeakFile& folder,
                                                                  const std::string& file) const {
  struct stat status {};
  const int result = uninterrupted([&] { return files_->status_of(folder.get(), file, status); });
  if (result == -ENOENT) return std::nullopt;
  if (result < 0) fail_peak_call("fstatat", path_ / file, result);
  return modification_time(status);
}

CLAMS_INLINE bool PeakFolder::remove(const PeakName& name, Clock::SystemTime newest) const {
  const PeakFile folder = open_app(name.app);
  const auto is_kept = [&] {
    auto time = written(folder, name.file());
    if (!time) time = written(folder, name.lock_file());
    return time && *time > newest;
  };
  if (is_kept()) return false;  // most are, and then no lock file is made for them
  const PeakFile lock = take_lock(folder, name);
  const auto time = written(folder, name.file());
  if (time && *time > newest) return false;
  for (const std::string& file : {name.file(), name.bad_file(), name.new_file(),
                                  name.lock_file()}) {  // the lock last: it guards the others
    const int result = uninterrupted([&] { return files_->remove(folder.get(), file); });
    if (result < 0 && result != -ENOENT) fail_peak_call("unlink", path_ / name.app / file, result);
  }
  return time.has_value();
}

}  // namespace clams::detail
