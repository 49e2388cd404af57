// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/error.hpp>

namespace clams {

/// What a CLAMS program tells its caller when it ends.
enum class ExitCode : int {
  success = 0,      ///< everything asked for was done
  failure = 1,      ///< the app or a parameter failed, or the input is invalid
  usage = 2,        ///< a wrong option, a file that cannot be opened, a value that is not a choice
  unavailable = 75  ///< no room now; the same call may succeed later
};

/// The exit code for an error. This is the one place that maps codes to exit codes.
[[nodiscard]] constexpr ExitCode exit_code(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage: return ExitCode::usage;
    case ErrorCode::unavailable: return ExitCode::unavailable;
    default: return ExitCode::failure;
  }
}

}  // namespace clams
