// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

namespace clams {

/// What a description is about: one MMIF file, or a folder of them.
enum class DescriptionKind { file, folder };

/// The JSON schema of what `describe` (for a file) or `describe_collection` (for a folder) gives.
/// It is equal to the one that Python's `mmif describe --help-schema` prints, so that tools may
/// rely on either.
[[nodiscard]] Json description_schema(DescriptionKind kind);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/description_schema.ipp>
#endif
