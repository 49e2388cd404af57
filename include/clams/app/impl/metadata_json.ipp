// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/metadata_json.hpp>
#include <clams/util/config.hpp>

#include <cstdint>

namespace clams {

namespace detail {

CLAMS_INLINE void set_unless_empty(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

CLAMS_INLINE void set_unless_empty(Json& object, const char* key, const TextMap& map) {
  for (const auto& [name, text] : map) object[key][name] = text;
}

CLAMS_INLINE void set_unless_empty(Json& object, const char* key,
                                   const std::vector<std::string>& list) {
  if (!list.empty()) object[key] = list;
}

/// Memory in whole MiB, a part counting as one.
CLAMS_INLINE void set_unless_zero(Json& object, const char* key, Bytes amount) {
  constexpr std::int64_t kMebibyte = std::int64_t{1} << 20U;
  if (amount > Bytes{0}) object[key] = (amount.count() + kMebibyte - 1) / kMebibyte;
}

/// The fields that inputs and outputs share.
template <typename Spec>
Json type_json(const Spec& spec) {
  Json object{{"@type", spec.type.uri()}};
  set_unless_empty(object, "description", spec.description);
  if (!spec.properties.empty()) object["properties"] = spec.properties;
  return object;
}

CLAMS_INLINE Json input_json(const InputSpec& input) {
  Json object = type_json(input);
  object["required"] = input.need == Need::required;
  return object;
}

/// A list of alternatives; one alone is no list.
CLAMS_INLINE Json input_group_json(const std::vector<InputSpec>& group) {
  if (group.size() == 1) return input_json(group.front());
  Json list = Json::array();
  for (const InputSpec& input : group) list.push_back(input_json(input));
  return list;
}

CLAMS_INLINE void add_capabilities(Json& object, const AppMetadata& metadata) {
  for (const auto& group : metadata.inputs) object["input"].push_back(input_group_json(group));
  for (const auto& output : metadata.outputs) object["output"].push_back(type_json(output));
  for (const auto& parameter : metadata.parameters) {
    object["parameters"].push_back(to_json(parameter));
  }
}

}  // namespace detail

CLAMS_INLINE Json metadata_json(const AppMetadata& metadata) {
  Json object{{"name", metadata.name}, {"description", metadata.description}};
  object["app_version"] = metadata.app_version;
  object["mmif_version"] = metadata.mmif_version;
  detail::set_unless_empty(object, "analyzer_version", metadata.analyzer_version);
  detail::set_unless_empty(object, "analyzer_versions", metadata.analyzer_versions);
  object["app_license"] = metadata.app_license;
  detail::set_unless_empty(object, "analyzer_license", metadata.analyzer_license);
  object["identifier"] = metadata.identifier;
  object["url"] = metadata.url;
  detail::add_capabilities(object, metadata);
  detail::set_unless_empty(object, "dependencies", metadata.dependencies);
  detail::set_unless_empty(object, "more", metadata.more);
  detail::set_unless_empty(object, "app_tags", metadata.app_tags);
  detail::set_unless_zero(object, "est_gpu_mem_min", metadata.est_gpu_mem_min);
  detail::set_unless_zero(object, "est_gpu_mem_typ", metadata.est_gpu_mem_typ);
  return object;
}

CLAMS_INLINE std::string metadata_text(const AppMetadata& metadata, JsonLayout layout) {
  return write_json(metadata_json(metadata), layout, JsonSpelling::metadata);
}

}  // namespace clams
