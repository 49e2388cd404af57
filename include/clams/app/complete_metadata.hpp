// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// Metadata that is fit to be served, and what its author should hear about.
struct CompletedMetadata {
  AppMetadata metadata;
  std::vector<std::string> warnings;
};

/// The metadata an app runs with: checked, with version, full identifier, normalized URLs and the
/// universal parameters.
/// @param version goes into the identifier, and into `app_version` unless the app states one.
/// @throws Error invalid_metadata naming the field, its value and what would be right.
[[nodiscard]] CompletedMetadata complete_metadata(AppMetadata declared, const std::string& version);

/// `http://apps.clams.ai/NAME/VERSION` for a name without `/`, else the URL with the version added.
/// @throws Error invalid_metadata if the result is no http(s) URL.
[[nodiscard]] std::string full_identifier(std::string_view identifier, std::string_view version);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/complete_metadata.ipp>
#endif
