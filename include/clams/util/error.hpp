// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace clams {

/// Why an operation failed, as far as a caller may want to react. `serve` maps it to an HTTP status
/// and `cli` to an exit code, each in one place.
enum class ErrorCode {
  invalid_input,      ///< the client's document or envelope is malformed
  invalid_parameter,  ///< a runtime parameter is missing, of the wrong type or not among its
                      ///< choices
  invalid_metadata,   ///< the app describes itself wrongly; found at start-up
  not_found,          ///< a named thing (view, annotation, document, file) does not exist
  already_exists,     ///< an id is taken
  app_failure,        ///< the app's own code failed
  unavailable,        ///< no room now; trying later may help
  cancelled,          ///< the client left or the process is stopping
  deadline_exceeded,  ///< the request's time is over
  usage,              ///< a wrong option, environment variable or configuration file
  io,                 ///< the operating system refused; the message names the call and the path
  internal            ///< a defect of this library
};

/// The one exception type of this library.
///
/// Ownership: owns its message.
/// Threads: immutable.
/// Errors: none.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace clams
