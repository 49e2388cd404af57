// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/failure.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <memory>
#include <typeinfo>

namespace clams::detail {

// Deeper chains say nothing more, and each link takes stack.
inline constexpr std::size_t kCauseLimit = 16;

CLAMS_INLINE std::string readable_type_name(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free};
  return name ? name.get() : mangled;
}

CLAMS_INLINE std::string current_exception_type() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type != nullptr ? readable_type_name(type->name()) : "unknown exception";
}

/// What the exception says, if it is of a kind that can say something.
CLAMS_INLINE std::string current_exception_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return replace_invalid_utf8(error.what());
  } catch (const std::string& text) {
    return replace_invalid_utf8(text);
  } catch (const char* text) {
    return replace_invalid_utf8(text != nullptr ? text : "");
  } catch (...) {
    return {};  // of any other type nothing is known but its name, which the caller has
  }
}

/// Appends `TYPE: TEXT` of what the exception that is being handled was caused by.
CLAMS_INLINE void collect_causes(std::vector<std::string>& causes) {
  if (causes.size() >= kCauseLimit) return;
  try {
    throw;
  } catch (const std::nested_exception& outer) {
    if (!outer.nested_ptr()) return;
    try {
      outer.rethrow_nested();
    } catch (...) {
      causes.push_back(current_exception_type() + ": " + current_exception_text());
      collect_causes(causes);
    }
  } catch (...) {
    return;  // it has no cause: the chain ends here
  }
}

CLAMS_INLINE bool is_bad_parameter_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error.code() == ErrorCode::invalid_parameter;
  } catch (...) {
    return false;  // of any other type; the caller describes it
  }
}

CLAMS_INLINE Failure describe_current_exception() {
  Failure failure{.type = current_exception_type(),
                  .text = current_exception_text(),
                  .causes = {},
                  .is_bad_parameter = is_bad_parameter_error()};
  collect_causes(failure.causes);
  return failure;
}

CLAMS_INLINE void rethrow_refusals() {
  try {
    throw;
  } catch (const Error& error) {
    const ErrorCode code = error.code();
    const bool is_refusal = code == ErrorCode::cancelled || code == ErrorCode::deadline_exceeded ||
                            code == ErrorCode::unavailable;
    if (is_refusal) throw;
#ifdef __GLIBCXX__
  } catch (const abi::__forced_unwind&) {
    throw;  // the thread is being cancelled: swallowing this ends the process
#endif
  } catch (...) {
    return;  // the app's own; the caller reports it
  }
}

CLAMS_INLINE std::string failure_message(const Failure& failure) {
  return failure.type + ": " + failure.text;
}

CLAMS_INLINE std::string failure_trace(const Failure& failure, std::string_view request_id,
                                       std::string_view step) {
  constexpr const char* kNextLine = "\n\t";
  std::string trace = "request " + std::string{request_id} + kNextLine + std::string{step} +
                      kNextLine + failure_message(failure);
  for (const std::string& cause : failure.causes) trace += kNextLine + ("caused by " + cause);
  return trace;
}

}  // namespace clams::detail
