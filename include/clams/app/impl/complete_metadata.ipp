// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/complete_metadata.hpp>
#include <clams/app/detail/metadata_checks.hpp>
#include <clams/params/universal_parameters.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

#include <utility>

namespace clams {

namespace detail {

/// An http(s) URL in its normal form, or an error that names the field.
CLAMS_INLINE std::string metadata_url(const std::string& field, std::string_view value) {
  try {
    return normalize_url(value);
  } catch (const Error& error) {
    fail_metadata(field, value, std::string{"must be an http or https URL: "} + error.what());
  }
}

CLAMS_INLINE void normalize_type(const std::string& field, AtType& type) {
  const std::string url = metadata_url(field, type.uri());
  if (url != type.uri()) type = AtType{url};
}

CLAMS_INLINE void normalize_types(AppMetadata& metadata) {
  for (auto& group : metadata.inputs) {
    for (InputSpec& input : group) normalize_type("input", input.type);
  }
  for (OutputSpec& output : metadata.outputs) normalize_type("output", output.type);
}

CLAMS_INLINE void settle_gpu_estimates(CompletedMetadata& completed) {
  AppMetadata& metadata = completed.metadata;
  check_not_negative("est_gpu_mem_min", metadata.est_gpu_mem_min);
  check_not_negative("est_gpu_mem_typ", metadata.est_gpu_mem_typ);
  if (metadata.est_gpu_mem_typ == Bytes{0}) return;
  if (metadata.est_gpu_mem_typ >= metadata.est_gpu_mem_min) return;
  completed.warnings.push_back("est_gpu_mem_typ (" + to_text(metadata.est_gpu_mem_typ) +
                               ") is lower than est_gpu_mem_min (" +
                               to_text(metadata.est_gpu_mem_min) + "); it is raised to it");
  metadata.est_gpu_mem_typ = metadata.est_gpu_mem_min;
}

}  // namespace detail

CLAMS_INLINE std::string full_identifier(std::string_view identifier, std::string_view version) {
  const std::string suffix = "/" + std::string{version};
  if (identifier.empty()) detail::fail_metadata("identifier", identifier, "must not be empty");
  if (identifier.find('/') == std::string_view::npos) {
    const std::string short_name{identifier};
    return detail::metadata_url("identifier", "http://apps.clams.ai/" + short_name + suffix);
  }
  std::string_view trimmed = identifier;
  while (trimmed.ends_with('/')) trimmed.remove_suffix(1);
  while (trimmed.starts_with('/')) trimmed.remove_prefix(1);
  return detail::metadata_url("identifier", std::string{trimmed} + suffix);
}

CLAMS_INLINE CompletedMetadata complete_metadata(AppMetadata declared, const std::string& version) {
  CompletedMetadata completed{.metadata = std::move(declared), .warnings = {}};
  AppMetadata& metadata = completed.metadata;
  detail::check_texts(metadata);
  metadata.identifier = full_identifier(metadata.identifier, version);
  metadata.url = detail::metadata_url("url", metadata.url);
  if (metadata.app_version.empty()) metadata.app_version = version;

  detail::normalize_types(metadata);
  detail::check_inputs(metadata.inputs);
  detail::check_outputs(metadata.outputs);
  detail::check_more(metadata.more);
  detail::settle_app_tags(metadata.app_tags);
  detail::settle_gpu_estimates(completed);
  for (const ParameterSpec& universal : universal_parameters()) {
    metadata.parameters.push_back(universal);
  }
  detail::settle_parameters(metadata.parameters);
  return completed;
}

}  // namespace clams
