// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// An exception, put into words.
struct Failure {
  std::string type;                 ///< its C++ name, `std::runtime_error`
  std::string text;                 ///< what it says; may be empty
  std::vector<std::string> causes;  ///< of nested exceptions, the outermost first: `TYPE: TEXT`
  bool is_bad_parameter = false;    ///< an `Error` invalid_parameter
};

/// The exception that is being handled: anything that can be thrown, an int as well. To be called
/// within a catch block only.
[[nodiscard]] Failure describe_current_exception();

/// Throws the exception that is being handled again if it does not speak of the app's work: the
/// request was cancelled, is over its deadline, or has to come again later.
void rethrow_refusals();

/// `TYPE: TEXT`, as an error view says it.
[[nodiscard]] std::string failure_message(const Failure& failure);

/// The way to the failure in this library's own terms, one step a line; no path of the host.
[[nodiscard]] std::string failure_trace(const Failure& failure, std::string_view request_id,
                                        std::string_view step);

/// The C++ name behind what `typeid(...).name()` gives.
[[nodiscard]] std::string readable_type_name(const char* mangled);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/failure.ipp>
#endif
