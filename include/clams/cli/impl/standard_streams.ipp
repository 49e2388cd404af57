// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/standard_streams.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <system_error>
#include <unistd.h>

namespace clams::detail {

CLAMS_INLINE std::string last_system_error() { return std::generic_category().message(errno); }

CLAMS_INLINE std::string read_stdin() {
  std::string text;
  std::array<char, 65536> bytes;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error{ErrorCode::io, "read stdin: " + last_system_error()};
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

CLAMS_INLINE bool stdin_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

CLAMS_INLINE bool is_standard_stream(const std::optional<std::string>& path) {
  return !path || *path == "-";
}

CLAMS_INLINE std::string read_input(const std::optional<std::string>& path,
                                    const std::string& argument) {
  if (is_standard_stream(path)) return read_stdin();
  try {
    return read_file(*path, FileKind::any);
  } catch (const Error& error) {
    throw Error{ErrorCode::usage,
                "argument " + argument + ": can't open '" + *path + "': " + error.what()};
  }
}

CLAMS_INLINE std::optional<std::filesystem::path> output_file(
    const std::optional<std::string>& path) {
  if (is_standard_stream(path)) return std::nullopt;
  return *path;
}

CLAMS_INLINE void flush_stdout() {
  std::cout.flush();
  std::fflush(stdout);
}

CLAMS_INLINE ResultOutput::ResultOutput(const std::optional<std::filesystem::path>& path)
    : name_(path ? path->string() : "stdout"), is_stdout_(!path) {
  if (is_stdout_) {
    flush_stdout();
    file_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (file_ < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
      throw Error{ErrorCode::io, "dup stdout: " + last_system_error()};
    }
    return;
  }
  file_ = ::open(path->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) {
    throw Error{ErrorCode::usage,
                "argument OUT: can't open '" + name_ + "': " + last_system_error()};
  }
}

CLAMS_INLINE ResultOutput::~ResultOutput() {
  if (is_stdout_) {
    flush_stdout();
    ::dup2(file_, STDOUT_FILENO);
  }
  ::close(file_);
}

CLAMS_INLINE void ResultOutput::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t count = ::write(file_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const std::string reason = last_system_error();
      const bool emptied = is_stdout_ || ::ftruncate(file_, 0) == 0;
      throw Error{ErrorCode::io, "write " + name_ + ": " + reason +
                                     (emptied ? "" : "; it holds a part of the result")};
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace clams::detail
