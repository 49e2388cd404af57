// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_folder.hpp>
#include <clams/memory/peak_record_json.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace clams::detail {

// Opening and reading; peak_folder_locking.ipp changes records, peak_folder_upkeep.ipp removes
// them.

/// @param result what the call returned: the negative errno
[[noreturn]] CLAMS_INLINE void fail_peak_call(std::string_view call,
                                              const std::filesystem::path& path, ssize_t result) {
  const int reason = static_cast<int>(-result);
  std::string message = std::string{call} + " " + path.string() + ": ";
  message += std::generic_category().message(reason);
  if (reason == ELOOP || reason == ENOTDIR) message += " (symbolic links are refused)";
  throw Error{reason == ENOENT ? ErrorCode::not_found : ErrorCode::io, message};
}

/// Root may write anywhere as it is; nobody else's files are trusted.
CLAMS_INLINE bool is_trusted_owner(const struct stat& status) {
  return status.st_uid == ::geteuid() || status.st_uid == 0;
}

CLAMS_INLINE Clock::SystemTime modification_time(const struct stat& status) {
  const auto since_epoch = std::chrono::seconds{status.st_mtim.tv_sec} +
                           std::chrono::nanoseconds{status.st_mtim.tv_nsec};
  return Clock::SystemTime{std::chrono::duration_cast<Clock::SystemTime::duration>(since_epoch)};
}

CLAMS_INLINE PeakFolder::PeakFolder(std::filesystem::path path, PeakFiles& files)
    : path_(std::move(path)), files_(&files) {}

CLAMS_INLINE PeakFile PeakFolder::checked_folder(int descriptor,
                                                 const std::filesystem::path& path) const {
  if (descriptor < 0) fail_peak_call("open", path, descriptor);
  PeakFile folder{*files_, descriptor};
  struct stat status {};
  const int result = uninterrupted([&] { return files_->status(folder.get(), status); });
  if (result < 0) fail_peak_call("fstat", path, result);
  if (!is_trusted_owner(status)) {
    throw Error{ErrorCode::io, "open " + path.string() + ": it belongs to user " +
                                   std::to_string(status.st_uid) +
                                   ", and only own folders are trusted"};
  }
  return folder;
}

CLAMS_INLINE PeakFile PeakFolder::open_base() const {
  const int descriptor = uninterrupted(
      [&] { return files_->open(AT_FDCWD, path_.string(), O_RDONLY | O_DIRECTORY, 0); });
  return checked_folder(descriptor, path_);
}

CLAMS_INLINE PeakFile PeakFolder::open_app(const std::string& app) const {
  const PeakFile base = open_base();
  const int descriptor =
      uninterrupted([&] { return files_->open(base.get(), app, O_RDONLY | O_DIRECTORY, 0); });
  return checked_folder(descriptor, path_ / app);
}

CLAMS_INLINE PeakReading PeakFolder::read(const PeakName& name) const {
  try {
    return read_in(open_app(name.app), name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return {};
    return {.state = PeakReading::State::failed, .problem = error.what()};
  }
}

CLAMS_INLINE std::string PeakFolder::read_text(const PeakFile& file,
                                               const std::filesystem::path& path) const {
  std::string text;
  std::array<char, 8192> buffer{};
  while (text.size() <= kPeakFileLimit) {
    const ssize_t count = uninterrupted([&] { return files_->read(file.get(), buffer); });
    if (count < 0) fail_peak_call("read", path, count);
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

CLAMS_INLINE PeakReading PeakFolder::read_in(const PeakFile& folder, const PeakName& name) const {
  using State = PeakReading::State;
  const std::filesystem::path path = path_of(name);
  // O_NONBLOCK: a pipe must not hang before it can be refused.
  const int descriptor = uninterrupted(
      [&] { return files_->open(folder.get(), name.file(), O_RDONLY | O_NONBLOCK, 0); });
  if (descriptor == -ENOENT) return {};
  if (descriptor == -ELOOP || descriptor == -ENXIO) {
    return {.state = State::foreign, .problem = path.string() + " is not a regular file"};
  }
  if (descriptor < 0) fail_peak_call("open", path, descriptor);
  const PeakFile file{*files_, descriptor};
  struct stat status {};
  const int result = uninterrupted([&] { return files_->status(file.get(), status); });
  if (result < 0) fail_peak_call("fstat", path, result);
  if (!S_ISREG(status.st_mode) || !is_trusted_owner(status)) {
    return {.state = State::foreign,
            .problem = path.string() + " is not a regular file of our own"};
  }
  const std::string text = read_text(file, path);
  auto record = parse_peak_file(text);
  if (!record) {
    return {.state = State::corrupt, .problem = path.string() + " is not a peak record"};
  }
  return {.state = State::good, .record = std::move(*record), .written = modification_time(status)};
}

}  // namespace clams::detail
