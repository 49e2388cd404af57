// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/envelope_parameters.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>

namespace clams {

namespace detail {

CLAMS_INLINE std::vector<std::string> envelope_values(const Json& value) {
  std::vector<std::string> texts;
  if (value.is_array()) {
    for (const Json& item : value) texts.push_back(python_str(item));
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items()) texts.push_back(key + ":" + python_str(item));
  } else {
    texts.push_back(python_str(value));
  }
  return texts;
}

}  // namespace detail

CLAMS_INLINE RawParameters read_envelope_parameters(const Json& parameters) {
  if (!parameters.is_object()) {
    throw Error{ErrorCode::invalid_input,
                "\"parameters\" must be a JSON object, got " + python_type_name(parameters)};
  }
  RawParameters raw;
  for (const auto& [name, value] : parameters.items()) {
    if (!value.is_null()) raw.set(name, detail::envelope_values(value));
  }
  return raw;
}

}  // namespace clams
