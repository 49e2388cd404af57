// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE InputSpec& AppMetadata::add_input(AtType type, Json properties) {
  inputs.push_back({InputSpec{.type = std::move(type), .properties = std::move(properties)}});
  return inputs.back().front();
}

CLAMS_INLINE InputSpec& AppMetadata::add_optional_input(AtType type, Json properties) {
  InputSpec& input = add_input(std::move(type), std::move(properties));
  input.need = Need::optional;
  return input;
}

CLAMS_INLINE std::vector<InputSpec>& AppMetadata::add_input_one_of(std::vector<AtType> types) {
  std::vector<InputSpec>& group = inputs.emplace_back();
  for (AtType& type : types) group.push_back(InputSpec{.type = std::move(type)});
  return group;
}

CLAMS_INLINE OutputSpec& AppMetadata::add_output(AtType type, Json properties) {
  return outputs.emplace_back(
      OutputSpec{.type = std::move(type), .properties = std::move(properties)});
}

CLAMS_INLINE ParameterSpec& AppMetadata::add_parameter(ParameterSpec parameter) {
  return parameters.emplace_back(std::move(parameter));
}

CLAMS_INLINE void AppMetadata::add_app_tag(std::string tag) {
  if (std::ranges::find(app_tags, tag) == app_tags.end()) app_tags.push_back(std::move(tag));
}

CLAMS_INLINE void AppMetadata::add_more(std::string key, std::string value) {
  more.emplace_back(std::move(key), std::move(value));
}

}  // namespace clams
