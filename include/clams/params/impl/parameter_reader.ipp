// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/detail/parameter_reader.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>

#include <limits>

namespace clams::detail {

[[noreturn]] CLAMS_INLINE void refuse_reading(std::string_view name, const Json& value,
                                              std::string_view wanted) {
  throw Error{ErrorCode::app_failure, "the app reads parameter \"" + std::string{name} + "\" as " +
                                          std::string{wanted} + ", but its value is " +
                                          python_repr(value)};
}

[[noreturn]] CLAMS_INLINE void refuse_integer(std::string_view name, const Json& value) {
  throw Error{ErrorCode::invalid_parameter, "Value for parameter \"" + std::string{name} +
                                                "\" is out of range: " + python_repr(value)};
}

CLAMS_INLINE bool read_boolean(std::string_view name, const Json& value) {
  if (!value.is_boolean()) refuse_reading(name, value, "a boolean");
  return value.get<bool>();
}

CLAMS_INLINE std::int64_t read_integer(std::string_view name, const Json& value) {
  if (exact_number_text(value)) refuse_integer(name, value);
  if (!value.is_number_integer()) refuse_reading(name, value, "an integer");
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    refuse_integer(name, value);
  }
  return value.get<std::int64_t>();
}

CLAMS_INLINE double read_number(std::string_view name, const Json& value) {
  if (exact_number_text(value)) refuse_integer(name, value);
  if (!value.is_number()) refuse_reading(name, value, "a number");
  return value.get<double>();
}

CLAMS_INLINE const std::string& read_string(std::string_view name, const Json& value) {
  if (!value.is_string()) refuse_reading(name, value, "a string");
  return value.get_ref<const std::string&>();
}

CLAMS_INLINE const Json& check_list(std::string_view name, const Json& value) {
  if (!value.is_array()) refuse_reading(name, value, "a list");
  return value;
}

CLAMS_INLINE const Json& check_object(std::string_view name, const Json& value) {
  if (!value.is_object()) refuse_reading(name, value, "a map");
  return value;
}

}  // namespace clams::detail
