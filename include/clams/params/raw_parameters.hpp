// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// One runtime parameter as the caller gave it.
struct RawParameter {
  std::string name;
  std::vector<std::string> values;  ///< in order; only an envelope can give none at all

  friend bool operator==(const RawParameter&, const RawParameter&) = default;
};

/// The runtime parameters of one request as they came: nothing cast, nothing filled in. Names stand
/// in the order of their first appearance.
///
///     for (const auto& [name, values] : raw) ...
///
/// Ownership: a value. References into it are valid until it is changed.
/// Threads: confined while it changes, immutable afterwards.
/// Errors: none.
class RawParameters {
 public:
  using const_iterator = std::vector<RawParameter>::const_iterator;

  /// The name has this value too, after those it has.
  void add(std::string_view name, std::string value);

  /// The name has these values and no others; a new name stands last.
  void set(std::string_view name, std::vector<std::string> values);

  /// The values of a name, or null if the caller did not give it.
  [[nodiscard]] const std::vector<std::string>* find(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const_iterator begin() const { return items_.begin(); }
  [[nodiscard]] const_iterator end() const { return items_.end(); }

  /// The parameters as Python prints a dict of lists: `{'task': ['x'], 'tags': ['a', 'b']}`.
  [[nodiscard]] std::string python_repr() const;

  friend bool operator==(const RawParameters&, const RawParameters&) = default;

 private:
  std::vector<std::string>& values_of(std::string_view name);

  std::vector<RawParameter> items_;
};

/// Those of a query string, without its `?`.
[[nodiscard]] RawParameters query_parameters(std::string_view query);

/// Both together: a name in `query` replaces the envelope's values as a whole and keeps their
/// place; new names follow.
[[nodiscard]] RawParameters merge_parameters(RawParameters envelope, const RawParameters& query);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/params/impl/raw_parameters.ipp>
#endif
