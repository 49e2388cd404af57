// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/impl/peak_folder.ipp>
#include <clams/util/scope_exit.hpp>

namespace clams::detail {

inline constexpr mode_t kOwnFolder = 0700;
inline constexpr mode_t kOwnFile = 0600;
inline constexpr mode_t kRecordFile = 0644;  // its folder is closed to others; a copy need not be

CLAMS_INLINE void PeakFolder::sync_folder(const PeakFile& folder,
                                          const std::filesystem::path& path) const {
  const int result = uninterrupted([&] { return files_->sync(folder.get()); });
  // Some file systems know no sync of a folder, and say so in this way.
  if (result < 0 && result != -EINVAL) fail_peak_call("fsync", path, result);
}

// Each new folder's name is synced into its parent, or a power cut could take the record with it.
CLAMS_INLINE void PeakFolder::make_base() const {
  std::filesystem::path folder;
  for (const auto& part : path_) {
    const std::filesystem::path parent = folder.empty() ? "." : folder;
    folder /= part;
    if (part == "/") continue;
    const int result =
        uninterrupted([&] { return files_->make_folder(AT_FDCWD, folder.string(), kOwnFolder); });
    if (result == -EEXIST) continue;
    if (result < 0) fail_peak_call("mkdir", folder, result);
    const int descriptor = uninterrupted(
        [&] { return files_->open(AT_FDCWD, parent.string() + "/.", O_RDONLY | O_DIRECTORY, 0); });
    if (descriptor < 0) fail_peak_call("open", parent, descriptor);
    sync_folder(PeakFile{*files_, descriptor}, parent);
  }
}

CLAMS_INLINE PeakFile PeakFolder::make_app(const std::string& app) const {
  if (path_.empty()) throw Error{ErrorCode::io, "no folder is known to keep records in"};
  const auto try_base = [&] {
    return uninterrupted(
        [&] { return files_->open(AT_FDCWD, path_.string(), O_RDONLY | O_DIRECTORY, 0); });
  };
  int opened = try_base();
  if (opened == -ENOENT) {
    make_base();
    opened = try_base();
  }
  const PeakFile base = checked_folder(opened, path_);
  const int result =
      uninterrupted([&] { return files_->make_folder(base.get(), app, kOwnFolder); });
  if (result < 0 && result != -EEXIST) fail_peak_call("mkdir", path_ / app, result);
  if (result >= 0) sync_folder(base, path_);
  const int descriptor =
      uninterrupted([&] { return files_->open(base.get(), app, O_RDONLY | O_DIRECTORY, 0); });
  return checked_folder(descriptor, path_ / app);
}

CLAMS_INLINE PeakFile PeakFolder::take_lock(const PeakFile& folder, const PeakName& name) const {
  const std::filesystem::path path = path_ / name.app / name.lock_file();
  constexpr int kTries = 16;  // a lock file is removed as rarely as somebody clears the store
  for (int i = 0; i < kTries; ++i) {
    const int descriptor = uninterrupted([&] {
      return files_->open(folder.get(), name.lock_file(), O_RDWR | O_CREAT | O_NONBLOCK, kOwnFile);
    });
    if (descriptor < 0) fail_peak_call("open", path, descriptor);
    PeakFile lock{*files_, descriptor};
    struct stat opened {};
    int result = uninterrupted([&] { return files_->status(lock.get(), opened); });
    if (result < 0) fail_peak_call("fstat", path, result);
    if (!S_ISREG(opened.st_mode) || !is_trusted_owner(opened)) {
      throw Error{ErrorCode::io, "open " + path.string() + ": it is not a regular file of our own"};
    }
    result = uninterrupted([&] { return files_->lock(lock.get(), kLockPatience); });
    if (result < 0) fail_peak_call("flock", path, result);
    struct stat named {};
    result =
        uninterrupted([&] { return files_->status_of(folder.get(), name.lock_file(), named); });
    if (result < 0 && result != -ENOENT) fail_peak_call("fstatat", path, result);
    if (result >= 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev) return lock;
  }
  throw Error{ErrorCode::io, "flock " + path.string() + ": it is replaced again and again"};
}

// The file stands under the lock, so whatever bears its name is left over from a process that died.
CLAMS_INLINE void PeakFolder::write_new(const PeakFile& folder, const PeakName& name,
                                        std::string_view text) const {
  const std::filesystem::path path = path_ / name.app / name.new_file();
  int result = uninterrupted([&] { return files_->remove(folder.get(), name.new_file()); });
  if (result < 0 && result != -ENOENT) fail_peak_call("unlink", path, result);
  result = uninterrupted([&] {
    return files_->open(folder.get(), name.new_file(), O_WRONLY | O_CREAT | O_EXCL, kRecordFile);
  });
  if (result < 0) fail_peak_call("open", path, result);
  PeakFile file{*files_, result};
  while (!text.empty()) {
    const ssize_t count = uninterrupted([&] { return files_->write(file.get(), text); });
    if (count <= 0) fail_peak_call("write", path, count < 0 ? count : -EIO);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  result = uninterrupted([&] { return files_->sync(file.get()); });
  if (result < 0) fail_peak_call("fsync", path, result);
  result = file.close();  // not repeated: an interrupted close has closed
  if (result < 0 && result != -EINTR) fail_peak_call("close", path, result);
}

CLAMS_INLINE void PeakFolder::replace(const PeakFile& folder, const PeakName& name,
                                      std::string_view text) const {
  ScopeExit discard{[&] { files_->remove(folder.get(), name.new_file()); }};  // room on a full disk
  write_new(folder, name, text);
  const int result =
      uninterrupted([&] { return files_->rename(folder.get(), name.new_file(), name.file()); });
  if (result < 0) fail_peak_call("rename to", path_of(name), result);
  discard.release();
}

CLAMS_INLINE std::string PeakFolder::rename_bad(const PeakFile& folder, const PeakName& name,
                                                const std::string& problem) const {
  const int result =
      uninterrupted([&] { return files_->rename(folder.get(), name.file(), name.bad_file()); });
  if (result < 0) fail_peak_call("rename to", path_ / name.app / name.bad_file(), result);
  return problem + ": renamed to " + name.bad_file();
}

CLAMS_INLINE PeakRaising PeakFolder::raise(const PeakName& name, const PeakRecord& record) const {
  using State = PeakReading::State;
  const PeakFile folder = make_app(name.app);
  const PeakFile lock = take_lock(folder, name);
  const PeakReading known = read_in(folder, name);
  PeakRaising raising{.record = merge(known.record, record)};
  if (known.state == State::corrupt) raising.remark = rename_bad(folder, name, known.problem);
  if (known.state == State::foreign) raising.remark = known.problem + ": replaced";
  if (known.state != State::good || raising.record != known.record) {
    replace(folder, name, peak_file_text(raising.record));
  }
  sync_folder(folder, path_ / name.app);  // also for what another process may have left unsynced
  return raising;
}

CLAMS_INLINE std::string PeakFolder::set_aside(const PeakName& name) const {
  const PeakFile folder = open_app(name.app);
  const PeakFile lock = take_lock(folder, name);
  const PeakReading reading = read_in(folder, name);
  if (reading.state != PeakReading::State::corrupt) return "";
  return rename_bad(folder, name, reading.problem);
}

}  // namespace clams::detail
