// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/casting.hpp>
#include <clams/params/parameter_spec.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>

#include <utility>

namespace clams {

namespace detail {

[[noreturn]] CLAMS_INLINE void refuse_spec(const ParameterSpec& spec, const std::string& problem) {
  throw Error{ErrorCode::invalid_metadata, "parameter \"" + spec.name + "\": " + problem};
}

CLAMS_INLINE void check_castable(const ParameterSpec& spec, const Json& value,
                                 const std::string& role) {
  const bool is_scalar = !value.is_null() && !value.is_array() && !value.is_object();
  if (is_scalar) {
    try {
      (void)cast_parameter(spec.type, python_str(value));
      return;
    } catch (const Error& error) {
      refuse_spec(spec, role + " " + python_repr(value) + " is not of type " +
                            std::string{parameter_type_name(spec.type)} + ": " + error.what());
    }
  }
  refuse_spec(spec, role + " " + python_repr(value) + " must be a single value");
}

CLAMS_INLINE Json pairs_as_texts(const Json& object) {
  Json texts = Json::array();
  for (const auto& [key, value] : object.items()) texts.push_back(key + ":" + python_str(value));
  return texts;
}

CLAMS_INLINE void settle_default(ParameterSpec& spec) {
  Json& value = *spec.default_value;
  if (spec.type == ParameterType::map && value.is_object()) value = pairs_as_texts(value);
  if (spec.multivalued && !value.is_array()) value = Json::array({value});
  if (!spec.multivalued) return check_castable(spec, value, "the default");
  for (const Json& item : value) check_castable(spec, item, "the default");
}

}  // namespace detail

CLAMS_INLINE ParameterSpec settle_parameter(ParameterSpec spec) {
  if (spec.name.empty()) detail::refuse_spec(spec, "a parameter needs a name");
  if (spec.type == ParameterType::map) spec.multivalued = true;
  if (spec.type == ParameterType::boolean) spec.multivalued = false;
  for (const Json& choice : spec.choices) detail::check_castable(spec, choice, "the choice");
  if (spec.default_value && spec.default_value->is_null()) spec.default_value.reset();
  if (spec.default_value) detail::settle_default(spec);
  return spec;
}

CLAMS_INLINE Json to_json(const ParameterSpec& spec) {
  Json object = Json::object();
  object["name"] = spec.name;
  object["description"] = spec.description;
  object["type"] = parameter_type_name(spec.type);
  if (!spec.choices.empty()) object["choices"] = spec.choices;
  if (spec.default_value) object["default"] = *spec.default_value;
  object["multivalued"] = spec.multivalued;
  return object;
}

}  // namespace clams
