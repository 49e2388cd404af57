// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/scope_exit.hpp>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace clams {

namespace detail {

[[noreturn]] CLAMS_INLINE void fail_file_call(std::string_view call,
                                              const std::filesystem::path& path, int reason) {
  const ErrorCode code = call == "open" && reason == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  throw Error{code, std::string{call} + " " + path.string() + ": " +
                        std::generic_category().message(reason)};
}

/// A file descriptor, closed with its scope.
class OwnedFile {
 public:
  OwnedFile(const std::filesystem::path& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail_file_call("open", path_, errno);
  }
  OwnedFile(const OwnedFile&) = delete;
  OwnedFile& operator=(const OwnedFile&) = delete;
  OwnedFile(OwnedFile&&) = delete;
  OwnedFile& operator=(OwnedFile&&) = delete;
  ~OwnedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] int get() const { return descriptor_; }

  void sync() const {
    if (::fsync(descriptor_) != 0) fail_file_call("fsync", path_, errno);
  }

  /// Network file systems report a failed write only here.
  void close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0) fail_file_call("close", path_, errno);
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

CLAMS_INLINE std::string read_to_end(int descriptor, const std::filesystem::path& path) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail_file_call("read", path, errno);
    }
  }
}

CLAMS_INLINE void write_all(int descriptor, std::string_view text,
                            const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail_file_call("write", path, errno);
    }
  }
}

class RealFileOps final : public FileOps {
 public:
  [[nodiscard]] std::string read(const std::filesystem::path& path) override {
    return read_file(path);
  }
  void write_and_sync(const std::filesystem::path& path, std::string_view text) override {
    OwnedFile file{path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW};
    write_all(file.get(), text, path);
    file.sync();
    file.close();
  }
  void rename(const std::filesystem::path& source, const std::filesystem::path& target) override {
    if (::rename(source.c_str(), target.c_str()) != 0) fail_file_call("rename to", target, errno);
  }
  void sync_directory(const std::filesystem::path& folder) override {
    const OwnedFile opened{folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY};
    opened.sync();
  }
  void create_directories(const std::filesystem::path& folder) override {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) fail_file_call("mkdir", folder, problem.value());
  }
  bool remove(const std::filesystem::path& path) noexcept override {
    return ::unlink(path.c_str()) == 0 || errno == ENOENT;
  }
};

}  // namespace detail

CLAMS_INLINE FileOps& real_file_ops() {
  static detail::RealFileOps ops;
  return ops;
}

CLAMS_INLINE std::string read_file(const std::filesystem::path& path, FileKind kind) {
  const bool regular_only = kind == FileKind::regular_only;
  // O_NONBLOCK: opening a pipe that nobody writes to must not hang before it can be refused.
  const detail::OwnedFile file{path, O_RDONLY | (regular_only ? O_NONBLOCK : 0)};
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) detail::fail_file_call("fstat", path, errno);
  if (regular_only && !S_ISREG(status.st_mode)) {
    throw Error{ErrorCode::io, "read " + path.string() + ": it is not a regular file"};
  }
  return detail::read_to_end(file.get(), path);
}

CLAMS_INLINE void write_file_atomically(const std::filesystem::path& path, std::string_view text,
                                        FileOps& ops) {
  const std::filesystem::path temporary = unique_sibling(path);
  ScopeExit discard{[&] { ops.remove(temporary); }};
  ops.write_and_sync(temporary, text);
  ops.rename(temporary, path);
  discard.release();
  ops.sync_directory(path.parent_path());
}

CLAMS_INLINE std::filesystem::path unique_sibling(const std::filesystem::path& path) {
  std::random_device entropy;
  const std::uint64_t number = (std::uint64_t{entropy()} << 32U) | entropy();
  std::filesystem::path sibling = path;
  return sibling.replace_filename("." + path.filename().string() + "." + std::to_string(number) +
                                  ".tmp");
}

}  // namespace clams
