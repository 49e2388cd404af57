// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/metadata_checks.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace clams::detail {

CLAMS_INLINE void fail_metadata(const std::string& field, std::string_view value,
                                const std::string& rule) {
  throw Error{ErrorCode::invalid_metadata,
              "app metadata, " + field + " \"" + std::string{value} + "\": " + rule};
}

CLAMS_INLINE void check_texts(const AppMetadata& metadata) {
  const std::array required{
      std::pair{"name", &metadata.name}, std::pair{"description", &metadata.description},
      std::pair{"app_license", &metadata.app_license},
      std::pair{"identifier", &metadata.identifier}, std::pair{"url", &metadata.url}};
  for (const auto& [field, text] : required) {
    if (text->empty()) fail_metadata(field, "", "is required and must not be empty");
  }
}

/// Whether all values are of one kind; whole numbers and fractions count as one.
CLAMS_INLINE bool are_of_one_kind(const Json& values) {
  const auto kind = [](const Json& value) {
    return value.is_number() ? Json::value_t::number_float : value.type();
  };
  return std::ranges::all_of(
      values, [&](const Json& value) { return kind(value) == kind(*values.begin()); });
}

CLAMS_INLINE void check_properties(const std::string& field, const AtType& type,
                                   const Json& properties) {
  if (!properties.is_object()) {
    fail_metadata(field, type.uri(),
                  "its properties must be an object, not " + write_json(properties));
  }
  for (const auto& [name, value] : properties.items()) {
    if (value.is_structured() && !are_of_one_kind(value)) {
      fail_metadata(field, type.uri(),
                    "the values in its property `" + name + "` must all be of one type, got " +
                        write_json(value));
    }
  }
}

/// What makes an input or output the same as another.
template <typename Spec>
std::string sameness_key(const Spec& spec) {
  return spec.type.uri() + " " + write_json(spec.properties);
}

CLAMS_INLINE void check_inputs(const std::vector<std::vector<InputSpec>>& inputs) {
  std::set<std::string> seen;
  for (const auto& group : inputs) {
    if (group.empty()) fail_metadata("input", "", "a one-of group needs at least one type");
    for (const InputSpec& input : group) {
      check_properties("input", input.type, input.properties);
      if (group.size() > 1 && input.need == Need::optional) {
        fail_metadata("input", input.type.uri(), "one of several alternatives cannot be optional");
      }
      const std::string need = input.need == Need::required ? "required " : "optional ";
      if (!seen.insert(need + sameness_key(input)).second) {
        fail_metadata("input", input.type.uri(), "is there already, with the same properties");
      }
    }
  }
}

CLAMS_INLINE void check_outputs(const std::vector<OutputSpec>& outputs) {
  std::set<std::string> seen;
  for (const OutputSpec& output : outputs) {
    check_properties("output", output.type, output.properties);
    if (!seen.insert(sameness_key(output)).second) {
      fail_metadata("output", output.type.uri(), "is there already, with the same properties");
    }
  }
}

CLAMS_INLINE void check_more(const TextMap& more) {
  std::set<std::string_view> seen;
  for (const auto& [key, text] : more) {
    if (key.empty()) fail_metadata("more", text, "has an empty key");
    if (text.empty()) fail_metadata("more", key, "has an empty text");
    if (!seen.insert(key).second) fail_metadata("more", key, "is there already");
  }
}

CLAMS_INLINE void check_not_negative(const std::string& field, Bytes amount) {
  if (amount < Bytes{0}) {
    fail_metadata(field, std::to_string(amount.count()), "must not be negative");
  }
}

CLAMS_INLINE void settle_app_tags(std::vector<std::string>& tags) {
  std::vector<std::string> once;
  for (std::string& tag : tags) {
    if (tag.empty()) fail_metadata("app_tags", tag, "a tag must not be empty");
    if (std::ranges::find(once, tag) == once.end()) once.push_back(std::move(tag));
  }
  tags = std::move(once);
}

CLAMS_INLINE void settle_parameters(std::vector<ParameterSpec>& parameters) {
  std::set<std::string> seen;
  for (ParameterSpec& parameter : parameters) {
    parameter = settle_parameter(std::move(parameter));
    if (!seen.insert(parameter.name).second) {
      fail_metadata("parameters", parameter.name,
                    "is declared twice, or is one of the parameters that every app has");
    }
  }
}

}  // namespace clams::detail
