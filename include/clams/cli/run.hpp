// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/clams_app.hpp>
#include <clams/cli/run_extras.hpp>

namespace clams {

/// Runs an app as its command line says, and returns what `main` is to return (exit_codes.hpp):
///
///     app [serve] [--port 5000]           serves it over HTTP until SIGTERM or SIGINT
///     app annotate [--PARAM VALUE...] [IN [OUT]]
///     app metadata [--pretty]
///     app profile list|show|export|import|clear|sweep
///     app resources [--format FORMAT] [--PARAM VALUE...]
///     app ps | doctor [--json]             what the GPUs do, and what is wrong
///     app plan [--PARAM VALUE...]          how many worker processes fit
///     app COMMAND ...                      a command that the app brings (RunExtras)
///     app --help | --version
///
/// The first signal lets running requests end, a second one does not.
/// All errors are reported on stderr; none is thrown.
/// @param extras commands, HTTP routes and settings of the app's own.
[[nodiscard]] int run(ClamsApp& app, int argc, const char* const* argv,
                      const RunExtras& extras = {});

/// The same for an app that is a function.
[[nodiscard]] int run(AppMetadata metadata, AnnotateFunction annotate, int argc,
                      const char* const* argv);

namespace detail {

/// What `run` returns when the app could not even be made. To be called within a catch block.
[[nodiscard]] int report_start_failure();

}  // namespace detail

/// The same for an app class: makes one `App` for the process.
///
///     int main(int argc, char** argv) { return clams::run<Whisper>(argc, argv); }
template <typename App>
[[nodiscard]] int run(int argc, const char* const* argv) {
  try {
    App app;
    return run(app, argc, argv);
  } catch (...) {
    return detail::report_start_failure();
  }
}

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/run.ipp>
#endif
