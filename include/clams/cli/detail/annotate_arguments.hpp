// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_spec.hpp>
#include <clams/params/raw_parameters.hpp>

#include <optional>
#include <string>
#include <vector>

namespace clams::detail {

/// What `annotate` is asked to do.
struct AnnotateArguments {
  RawParameters parameters;             ///< in the order of their declaration
  std::optional<std::string> in = {};   ///< a path or `-`
  std::optional<std::string> out = {};  ///< a path or `-`
  bool wants_help = false;
};

/// Reads `[--PARAM VALUE...]... [IN [OUT]]`. Every declared parameter is a flag. A multivalued one
/// takes all values up to the next flag or `--`, and adds up when it is repeated; of a single one
/// the last value counts. Flags may be shortened as long as they stay unambiguous; `--flag=value`
/// works; numbers below zero are values; after `--` there are no flags.
/// @throws Error usage that names the flag: unknown (with the nearest one), ambiguous, without a
///   value, or with a value that is not among its choices; and for more than two files.
[[nodiscard]] AnnotateArguments parse_annotate_arguments(const std::vector<std::string>& arguments,
                                                         const std::vector<ParameterSpec>& specs);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/annotate_arguments.ipp>
#endif
