// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace clams::tool {

/// Whether someone sits at standard input, so that waiting for a document there would look like a
/// hang.
enum class InputKind { terminal, data };

/// Where the tool reads and writes what no file is named for.
///
/// Ownership: borrows the streams.
/// Threads: confined.
/// Errors: none.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  InputKind in_kind = InputKind::data;
};

/// How a run ended, as the shell sees it.
enum ExitCode : int {
  success = 0,
  failure = 1,    ///< bad input, a file that cannot be read, nothing to do
  bad_usage = 2,  ///< an unknown command or option, a wrong choice
};

/// Runs `clams` with the arguments after the program's name. What goes wrong is told on `err` in
/// one line.
[[nodiscard]] ExitCode run(const std::vector<std::string>& arguments, const Streams& streams);

}  // namespace clams::tool
