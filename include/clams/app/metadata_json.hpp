// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/util/json.hpp>

#include <string>

namespace clams {

/// The metadata as the JSON object that clients know, fields in their fixed order, those that are
/// empty left out.
[[nodiscard]] Json metadata_json(const AppMetadata& metadata);

/// What `GET /` answers: that object as text, UTF-8, tight or indented by two blanks.
[[nodiscard]] std::string metadata_text(const AppMetadata& metadata,
                                        JsonLayout layout = JsonLayout::compact);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/metadata_json.ipp>
#endif
