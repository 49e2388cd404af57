// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/view_metadata_schema.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace clams::detail {

using Violation = std::optional<SchemaViolation>;

CLAMS_INLINE std::string wrong_type_message(const Json& value, const char* type) {
  constexpr std::size_t kLongestQuote = 80;
  std::string quote = write_json(value);
  if (quote.size() > kLongestQuote) quote = quote.substr(0, kLongestQuote) + "...";
  return quote + " is not of type '" + type + "'";
}

/// `found` in a value that stands at `/step` in another; nothing if it is nothing.
CLAMS_INLINE Violation below(std::string_view step, Violation found) {
  if (found) found->pointer.insert(0, "/" + std::string(step));
  return found;
}

CLAMS_INLINE Violation text_violation(const Json& value, std::size_t min_length) {
  if (!value.is_string()) return SchemaViolation{"", wrong_type_message(value, "string")};
  if (value.get_ref<const std::string&>().size() >= min_length) return std::nullopt;
  const std::string quote = write_json(value);
  return SchemaViolation{"", min_length == 1
                                 ? quote + " should be non-empty"
                                 : quote + " is too short, at least " + std::to_string(min_length) +
                                       " characters are expected"};
}

CLAMS_INLINE Violation text_list_violation(const Json& value, std::size_t min_length) {
  if (!value.is_array()) return SchemaViolation{"", wrong_type_message(value, "array")};
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto found = text_violation(value[i], min_length)) return below(std::to_string(i), found);
  }
  return std::nullopt;
}

CLAMS_INLINE Violation object_violation(const Json& value) {
  if (value.is_object()) return std::nullopt;
  return SchemaViolation{"", wrong_type_message(value, "object")};
}

CLAMS_INLINE Violation contains_violation(const Json& contains) {
  if (auto found = object_violation(contains)) return found;
  for (const auto& [type, properties] : contains.items()) {
    if (!type.starts_with("http://") && !type.starts_with("https://")) {
      return SchemaViolation{"", "'" + type + "' does not begin with http:// or https://"};
    }
    if (auto found = object_violation(properties)) return below(type, found);
  }
  return std::nullopt;
}

CLAMS_INLINE Violation error_violation(const Json& error) {
  if (auto found = object_violation(error)) return found;
  const Json* const message = find_member(error, "message");
  if (message == nullptr) return SchemaViolation{"", "'message' is a required property"};
  if (auto found = text_violation(*message, 1)) return below("message", found);
  const Json* const trace = find_member(error, "stackTrace");
  return trace == nullptr ? std::nullopt : below("stackTrace", text_violation(*trace, 0));
}

CLAMS_INLINE Violation warnings_violation(const Json& warnings) {
  return text_list_violation(warnings, 0);
}

CLAMS_INLINE Violation app_tags_violation(const Json& tags) {
  if (auto found = text_list_violation(tags, 1)) return found;
  for (auto tag = tags.begin(); tag != tags.end(); ++tag) {
    if (std::find(tags.begin(), tag, *tag) != tag) {
      return SchemaViolation{"", write_json(tags) + " has non-unique elements"};
    }
  }
  return std::nullopt;
}

CLAMS_INLINE Violation parameters_violation(const Json& parameters) {
  if (auto found = object_violation(parameters)) return found;
  for (const auto& [name, value] : parameters.items()) {
    if (value.is_string() || name.empty()) continue;
    if (!value.is_array()) {
      return SchemaViolation{"/" + name,
                             write_json(value) + " is neither a string nor a list of strings"};
    }
    if (auto found = text_list_violation(value, 0)) return below(name, found);
  }
  return std::nullopt;
}

CLAMS_INLINE Violation profiling_violation(const Json& profiling) {
  if (auto found = object_violation(profiling)) return found;
  const Json* const time = find_member(profiling, "runningTime");
  return time == nullptr ? std::nullopt : below("runningTime", text_violation(*time, 1));
}

CLAMS_INLINE Violation app_violation(const Json& app) { return text_violation(app, 7); }

CLAMS_INLINE Violation timestamp_violation(const Json& timestamp) {
  return text_violation(timestamp, 0);
}

struct ViewMetadataRule {
  std::string_view field;
  Violation (*find_violation)(const Json& value);
};

inline constexpr std::array kViewMetadataRules{
    ViewMetadataRule{"app", app_violation},
    ViewMetadataRule{"timestamp", timestamp_violation},
    ViewMetadataRule{"contains", contains_violation},
    ViewMetadataRule{"error", error_violation},
    ViewMetadataRule{"warnings", warnings_violation},
    ViewMetadataRule{"appTags", app_tags_violation},
    ViewMetadataRule{"parameters", parameters_violation},
    ViewMetadataRule{"appConfiguration", object_violation},
    ViewMetadataRule{"appProfiling", profiling_violation},
};

CLAMS_INLINE Violation find_view_metadata_violation(const Json& metadata) {
  if (auto found = object_violation(metadata)) return found;
  return find_view_metadata_violation(
      [&metadata](std::string_view field) { return find_member(metadata, field); });
}

CLAMS_INLINE Violation
find_view_metadata_violation(const std::function<const Json*(std::string_view)>& find) {
  for (const ViewMetadataRule& rule : kViewMetadataRules) {
    const Json* const value = find(rule.field);
    if (value == nullptr) continue;
    if (auto found = rule.find_violation(*value)) return below(rule.field, found);
  }
  if (find("app") == nullptr) return SchemaViolation{"", "'app' is a required property"};
  constexpr std::array<std::string_view, 3> kKinds{"contains", "warnings", "error"};
  const auto kinds = std::count_if(kKinds.begin(), kKinds.end(),
                                   [&](std::string_view kind) { return find(kind) != nullptr; });
  if (kinds == 1) return std::nullopt;
  return SchemaViolation{
      "", "exactly one of 'contains', 'warnings' and 'error' is expected, there are " +
              std::to_string(kinds)};
}

}  // namespace clams::detail
