// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/casting.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE Json cast_value(const ParameterSpec& spec, const std::string& text) {
  try {
    return cast_parameter(spec.type, text);
  } catch (const Error& error) {
    throw Error{error.code(), "Value for parameter \"" + spec.name + "\" is not of type " +
                                  std::string{parameter_type_name(spec.type)} + ": " +
                                  error.what()};
  }
}

CLAMS_INLINE void check_choice(const ParameterSpec& spec, const Json& value) {
  const auto is_chosen = [&](const Json& choice) {
    return equal_values(cast_parameter(spec.type, python_str(choice)), value);
  };
  if (spec.choices.empty() || std::ranges::any_of(spec.choices, is_chosen)) return;
  throw Error{ErrorCode::invalid_parameter, "Value for parameter \"" + spec.name +
                                                "\" must be one of " +
                                                python_repr(Json(spec.choices)) + "."};
}

/// The cast values as the parameter's one value: a list, an object, or the value itself.
CLAMS_INLINE Json combine_values(const ParameterSpec& spec, std::vector<Json> values) {
  if (!spec.multivalued) return std::move(values.front());
  Json combined = Json::object();
  if (spec.type == ParameterType::map) {
    for (const Json& pair : values) combined.update(pair);
  } else {
    combined = std::move(values);
  }
  return combined;
}

CLAMS_INLINE Json given_value(const ParameterSpec& spec, const std::vector<std::string>& texts) {
  std::vector<Json> values;
  for (const std::string& text : texts) {
    values.push_back(cast_value(spec, text));
    check_choice(spec, values.back());
    if (!spec.multivalued) break;
  }
  return combine_values(spec, std::move(values));
}

CLAMS_INLINE Json default_of(const ParameterSpec& spec) {
  if (!spec.default_value) {
    throw Error{ErrorCode::invalid_parameter,
                "Cannot find configuration for a required parameter \"" + spec.name + "\"."};
  }
  if (!spec.multivalued) return cast_value(spec, python_str(*spec.default_value));
  std::vector<Json> values;
  for (const Json& item : *spec.default_value) {
    values.push_back(cast_value(spec, python_str(item)));
  }
  return combine_values(spec, std::move(values));
}

}  // namespace detail

CLAMS_INLINE Parameters refine_parameters(const std::vector<ParameterSpec>& specs,
                                          RawParameters raw) {
  Json values = Json::object();
  for (const ParameterSpec& spec : specs) {
    const std::vector<std::string>* given = raw.find(spec.name);
    const bool is_given = given != nullptr && (spec.multivalued || !given->empty());
    values[spec.name] = is_given ? detail::given_value(spec, *given) : detail::default_of(spec);
  }
  return Parameters{std::move(values), std::move(raw)};
}

CLAMS_INLINE std::vector<std::string> undeclared_parameters(const std::vector<ParameterSpec>& specs,
                                                            const RawParameters& raw) {
  std::vector<std::string> names;
  for (const auto& [name, values] : raw) {
    if (std::ranges::find(specs, name, &ParameterSpec::name) == specs.end()) names.push_back(name);
  }
  return names;
}

}  // namespace clams
