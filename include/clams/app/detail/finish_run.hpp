// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/request_context.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <string_view>
#include <vector>

// What is done to the views of a run after the app has returned, in this order.
namespace clams::detail {

/// Properties that the app has set on documents stand in a view of this run: its last one with
/// room for annotations, or one made for them.
void place_document_properties(Mmif& mmif, RequestContext& context, std::string_view identifier);

/// New views without annotations, error and warnings are gone.
/// @return whether any new view is left.
bool remove_empty_views(Mmif& mmif);

/// One warning for each parameter that the caller gave and the app does not know.
[[nodiscard]] std::vector<std::string> undeclared_parameter_warnings(
    const std::vector<ParameterSpec>& specs, const RawParameters& raw);

/// What the caller is told when the app has made nothing.
[[nodiscard]] std::string empty_output_warning(std::string_view identifier);

/// One more view holds the warnings, if there are any.
void add_warnings_view(Mmif& mmif, RequestContext& context,
                       const std::vector<std::string>& warnings);

/// All new views of this app have the same timestamp, and the profile unless it is empty, beside
/// what the app itself has put there. Those that were signed as another app's have a timestamp at
/// least.
void stamp_views(Mmif& mmif, std::string_view identifier, Clock::SystemTime time,
                 const Json& profile);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/finish_run.ipp>
#endif
