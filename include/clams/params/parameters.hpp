// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/detail/parameter_reader.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams {

/// What an app's code gets: every declared parameter, cast, defaults filled in, in the order of
/// declaration (the universal ones last).
///
///     const auto task = parameters.get<std::string>("task");
///     const auto beams = parameters.get<int>("beams");
///     for (const auto& word : parameters.get<std::vector<std::string>>("words")) ...
///
/// Ownership: a value; `at` and `raw` refer into it.
/// Threads: immutable.
/// Errors: asking for a name that was not declared, or as a wrong type, throws `Error`.
class Parameters {
 public:
  /// None at all: for code that is tried out without an app.
  Parameters() = default;

  /// @param values an object from names to values of the declared types
  explicit Parameters(Json values, RawParameters raw = {})
      : values_(std::move(values)), raw_(std::move(raw)) {}

  /// A value as a C++ type: `bool`, an integer type, `double`, `std::string`, a `std::vector` of
  /// these (multivalued), `std::map<std::string, std::string>` or a vector of pairs, in order
  /// (map).
  /// @throws Error not_found if the app did not declare the name, app_failure if it did so with
  ///   another type, invalid_parameter if the caller's integer does not fit into `T`.
  template <typename T>
  [[nodiscard]] T get(std::string_view name) const {
    return detail::ParameterReader<T>::read(name, at(name));
  }

  /// The value as it is recorded.
  /// @throws Error not_found if the app did not declare the name.
  [[nodiscard]] const Json& at(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const;

  [[nodiscard]] std::vector<std::string> names() const;

  /// Names and values, as views record them in `appConfiguration`.
  [[nodiscard]] const Json& to_json() const { return values_; }

  /// What the caller gave, and nothing else.
  [[nodiscard]] const RawParameters& raw() const { return raw_; }

 private:
  Json values_ = Json::object();
  RawParameters raw_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/parameters.ipp>
#endif
