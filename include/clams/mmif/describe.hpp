// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/util/json.hpp>

#include <filesystem>

namespace clams {

/// What was done to a document: workflow id, numbers of annotations, views with errors and
/// warnings, and each successful run with its configuration and running time. Views that belong to
/// no such run are listed under an app called `http://apps.clams.ai/non-existing-app/v1`.
/// `description_schema(DescriptionKind::file)` tells the fields.
[[nodiscard]] Json describe(const Mmif& mmif);

/// What was done to the `*.mmif` files of a folder (not of its subfolders): how many are invalid or
/// hold errors, and the workflows with their files and running times. Files with error views count
/// as such and nowhere else. `description_schema(DescriptionKind::folder)` tells the fields.
/// @throws Error io if the folder or a file in it cannot be read.
[[nodiscard]] Json describe_collection(const std::filesystem::path& folder);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/describe.ipp>
#include <clams/mmif/impl/describe_collection.ipp>
#endif
