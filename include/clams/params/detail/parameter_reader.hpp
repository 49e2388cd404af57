// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams::detail {

/// Each takes a parameter's value as one C++ type.
/// @throws Error app_failure if the parameter is of another type, invalid_parameter if the integer
///   that the caller gave does not fit.
[[nodiscard]] bool read_boolean(std::string_view name, const Json& value);
[[nodiscard]] std::int64_t read_integer(std::string_view name, const Json& value);
[[nodiscard]] double read_number(std::string_view name, const Json& value);
[[nodiscard]] const std::string& read_string(std::string_view name, const Json& value);
const Json& check_list(std::string_view name, const Json& value);
const Json& check_object(std::string_view name, const Json& value);
[[noreturn]] void refuse_integer(std::string_view name, const Json& value);

/// How a value is read as a `T`.
template <typename T>
struct ParameterReader;

template <>
struct ParameterReader<bool> {
  static bool read(std::string_view name, const Json& value) { return read_boolean(name, value); }
};

template <std::integral T>
struct ParameterReader<T> {
  static T read(std::string_view name, const Json& value) {
    const std::int64_t wide = read_integer(name, value);
    if (!std::in_range<T>(wide)) refuse_integer(name, value);
    return static_cast<T>(wide);
  }
};

template <std::floating_point T>
struct ParameterReader<T> {
  static T read(std::string_view name, const Json& value) {
    return static_cast<T>(read_number(name, value));
  }
};

template <>
struct ParameterReader<std::string> {
  static std::string read(std::string_view name, const Json& value) {
    return read_string(name, value);
  }
};

template <typename T>
struct ParameterReader<std::vector<T>> {
  static std::vector<T> read(std::string_view name, const Json& value) {
    std::vector<T> items;
    for (const Json& item : check_list(name, value)) {
      items.push_back(ParameterReader<T>::read(name, item));
    }
    return items;
  }
};

template <>
struct ParameterReader<std::map<std::string, std::string>> {
  static std::map<std::string, std::string> read(std::string_view name, const Json& value) {
    std::map<std::string, std::string> pairs;
    for (const auto& [key, item] : check_object(name, value).items()) {
      pairs.emplace(key, read_string(name, item));
    }
    return pairs;
  }
};

template <>
struct ParameterReader<std::vector<std::pair<std::string, std::string>>> {
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  static Pairs read(std::string_view name, const Json& value) {
    Pairs pairs;
    for (const auto& [key, item] : check_object(name, value).items()) {
      pairs.emplace_back(key, read_string(name, item));
    }
    return pairs;
  }
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/parameter_reader.ipp>
#endif
