// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/raw_parameters.hpp>
#include <clams/util/config.hpp>
#include <clams/util/python_text.hpp>
#include <clams/util/query_string.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE std::vector<std::string>& RawParameters::values_of(std::string_view name) {
  const auto found = std::ranges::find(items_, name, &RawParameter::name);
  if (found != items_.end()) return found->values;
  return items_.emplace_back(RawParameter{std::string{name}, {}}).values;
}

CLAMS_INLINE void RawParameters::add(std::string_view name, std::string value) {
  values_of(name).push_back(std::move(value));
}

CLAMS_INLINE void RawParameters::set(std::string_view name, std::vector<std::string> values) {
  values_of(name) = std::move(values);
}

CLAMS_INLINE const std::vector<std::string>* RawParameters::find(std::string_view name) const {
  const auto found = std::ranges::find(items_, name, &RawParameter::name);
  return found == items_.end() ? nullptr : &found->values;
}

CLAMS_INLINE std::string RawParameters::python_repr() const {
  std::string text = "{";
  for (const auto& [name, values] : items_) {
    if (text.size() > 1) text += ", ";
    text += python_string_repr(name) + ": " + python_list_repr(values);
  }
  return text + "}";
}

CLAMS_INLINE RawParameters query_parameters(std::string_view query) {
  RawParameters parameters;
  for (auto& [name, value] : parse_query(query)) parameters.add(name, std::move(value));
  return parameters;
}

CLAMS_INLINE RawParameters merge_parameters(RawParameters envelope, const RawParameters& query) {
  for (const auto& [name, values] : query) envelope.set(name, values);
  return envelope;
}

}  // namespace clams
