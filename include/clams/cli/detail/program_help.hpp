// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/cli/run_extras.hpp>

#include <string>

namespace clams::detail {

/// The text of `--help`: what the app is, the commands, the settings all of them know, examples.
[[nodiscard]] std::string overview_help(const AppMetadata& metadata, const std::string& program,
                                        const RunExtras& extras = {});

/// The text of `serve --help`.
[[nodiscard]] std::string serve_help(const std::string& program, const RunExtras& extras = {});

/// The text of `metadata --help`.
[[nodiscard]] std::string metadata_help(const std::string& program);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/program_help.ipp>
#endif
