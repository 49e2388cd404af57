// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>

#include <string>
#include <string_view>
#include <vector>

// What `complete_metadata` checks, field by field. All throw Error invalid_metadata.
namespace clams::detail {

/// Says which field is wrong, what it holds, and what would be right.
[[noreturn]] void fail_metadata(const std::string& field, std::string_view value,
                                const std::string& rule);

/// The required texts are there.
void check_texts(const AppMetadata& metadata);

/// No empty group, no optional input among alternatives, nothing twice, properties of one kind.
void check_inputs(const std::vector<std::vector<InputSpec>>& inputs);
void check_outputs(const std::vector<OutputSpec>& outputs);

/// Keys and texts are not empty, no key comes twice.
void check_more(const TextMap& more);

void check_not_negative(const std::string& field, Bytes amount);

/// Tags are not empty; each stands once afterwards.
void settle_app_tags(std::vector<std::string>& tags);

/// Every parameter makes sense and no name comes twice; defaults and choices have their final form.
void settle_parameters(std::vector<ParameterSpec>& parameters);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/metadata_checks.ipp>
#endif
