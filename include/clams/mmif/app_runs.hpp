// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>

#include <cstddef>
#include <vector>

namespace clams {

/// The views that one run of one app has added: same app, same timestamp. Never empty.
using AppRun = std::vector<const View*>;

/// The runs of a document by timestamp, then by app. Timestamps are compared as text. Views without
/// a timestamp belong to no run.
[[nodiscard]] std::vector<AppRun> app_runs(const Mmif& mmif);

/// Whether a run counts as a step of the workflow: its first view has neither an error nor
/// warnings.
[[nodiscard]] bool is_workflow_step(const AppRun& run);

/// Removes the last `count` views, or all if there are fewer.
void rewind_views(Mmif& mmif, std::size_t count);

/// Removes the views of the last `count` runs (see `app_runs`), or of all if there are fewer.
void rewind_runs(Mmif& mmif, std::size_t count);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/app_runs.ipp>
#endif
