// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace clams {

/// The environment variables a piece of code may ask for: those of the process, or a map in tests.
///
/// Ownership: a copy; later changes of the process's variables are not seen.
/// Threads: immutable.
/// Errors: an unset variable is an answer, not an error.
class Environment {
 public:
  using Variables = std::map<std::string, std::string, std::less<>>;

  /// No variable is set.
  Environment() = default;
  explicit Environment(Variables variables) : variables_(std::move(variables)) {}

  /// The variables of this process, as they are now.
  [[nodiscard]] static Environment of_process();

  /// The variable's value, or nothing if it is not set. A variable that is set may be empty.
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const;

  /// The variable's value, or `fallback` if it is not set or empty.
  [[nodiscard]] std::string get_or(const std::string& name, const std::string& fallback) const;

 private:
  Variables variables_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/environment.ipp>
#endif
