// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_type.hpp>
#include <clams/util/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace clams {

/// One runtime parameter that an app declares.
///
///     {.name = "task", .description = "What to do.", .choices = {"transcribe", "translate"},
///      .default_value = "transcribe"}
///
/// A parameter without a default is required. Defaults and choices are shown in the metadata just
/// as they are written here; what the app gets is cast to `type`. A map's default is a list of
/// `key:value` texts.
struct ParameterSpec {
  std::string name = {};
  std::string description = {};
  ParameterType type = ParameterType::string;
  std::vector<Json> choices = {};
  std::optional<Json> default_value = {};
  bool multivalued = false;
};

/// The spec in its final form: maps are multivalued and booleans are not; the scalar default of a
/// multivalued parameter is a list of one; a map's object default is a list of `key:value`; a null
/// default is none.
/// @throws Error invalid_metadata if the name is empty, or the default or a choice is not of the
///   type, or the default of a single-valued parameter is a list.
[[nodiscard]] ParameterSpec settle_parameter(ParameterSpec spec);

/// The spec as the app metadata shows it.
[[nodiscard]] Json to_json(const ParameterSpec& spec);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/parameter_spec.ipp>
#endif
