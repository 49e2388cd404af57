// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// What the URI of an app says about it.
struct AppName {
  std::optional<std::string> name;
  std::optional<std::string> version;

  friend bool operator==(const AppName&, const AppName&) = default;
};

/// Takes name and version out of `http://DOMAIN/NAME/VERSION[/...]`. A name that ends in the
/// version
/// (`swt-v8/v8`) loses it; the version `unresolvable` is none.
[[nodiscard]] AppName split_app_uri(std::string_view uri);

/// A text that is the same for documents that went through the same workflow, fit for a path:
/// `VideoDocument-1/swt/v8/HASH/whisper/v2/HASH`. First come the types of the top-level documents
/// with their numbers, then app, version and hash of the raw parameters of every successful run
/// (see `app_runs`). Missing parts read `unknown` and `unversioned`.
[[nodiscard]] std::string workflow_id(const Mmif& mmif);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/workflow.ipp>
#endif
