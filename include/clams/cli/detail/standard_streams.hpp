// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clams::detail {

/// Everything that can be read from stdin.
/// @throws Error io
[[nodiscard]] std::string read_stdin();

/// Whether a person types at stdin.
[[nodiscard]] bool stdin_is_terminal();

/// What stands in a file; `-` or nothing: in stdin.
/// @param argument names it in messages.
/// @throws Error usage if the file cannot be read, io if stdin cannot.
[[nodiscard]] std::string read_input(const std::optional<std::string>& path,
                                     const std::string& argument);

/// The file that a path of the command line means; none for `-` or nothing: stdout.
[[nodiscard]] std::optional<std::filesystem::path> output_file(
    const std::optional<std::string>& path);

/// Where a result goes: a file, or stdout. While it is stdout, all that is printed there by others
/// goes to stderr.
///
/// Ownership: owns the open file; puts stdout back when it ends.
/// Threads: confined, and there may be only one that stands for stdout.
/// Errors: the constructor throws Error usage if the file cannot be opened, `write` io.
class ResultOutput {
 public:
  /// @param path the file, which is empty from now on; nothing: stdout.
  explicit ResultOutput(const std::optional<std::filesystem::path>& path);
  ResultOutput(const ResultOutput&) = delete;
  ResultOutput& operator=(const ResultOutput&) = delete;
  ResultOutput(ResultOutput&&) = delete;
  ResultOutput& operator=(ResultOutput&&) = delete;
  ~ResultOutput();

  /// The result is written when this returns; a file that cannot take it whole is left empty.
  void write(std::string_view text) const;

 private:
  std::string name_;
  int file_ = -1;
  bool is_stdout_ = false;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/standard_streams.ipp>
#endif
