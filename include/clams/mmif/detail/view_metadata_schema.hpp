// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace clams::detail {

/// A place in a JSON document, as a JSON pointer, and what the MMIF schema has against it.
struct SchemaViolation {
  std::string pointer;
  std::string message;
};

/// What is wrong with the metadata object of a view, relative to it; nothing if it is right.
[[nodiscard]] std::optional<SchemaViolation> find_view_metadata_violation(const Json& metadata);

/// The same of an object's fields; `find(field)` gives null for one that is not there.
[[nodiscard]] std::optional<SchemaViolation> find_view_metadata_violation(
    const std::function<const Json*(std::string_view)>& find);

/// "'x' is not of type 'array'", with the value shortened if it is long.
[[nodiscard]] std::string wrong_type_message(const Json& value, const char* type);

}  // namespace clams::detail
