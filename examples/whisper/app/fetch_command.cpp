// SPDX-License-Identifier: Apache-2.0
#include "app/fetch_command.hpp"

#include "app/configure_command.hpp"
#include "model/model_fetch.hpp"
#include "model/model_finder.hpp"
#include <clams/cli/command_options.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <fmt/format.h>

#include <iostream>
#include <string>
#include <unistd.h>

namespace whisper {

namespace {

constexpr int kSuccess = static_cast<int>(clams::ExitCode::success);

const clams::CommandOptions& fetch_options() {
  static const clams::CommandOptions options{
      "fetch [--model-dir FOLDER] NAME...",
      "Downloads models by name, such as tiny.en, base or large-v3-turbo. An interrupted download "
      "goes on where it was.",
      {{"model-dir", "FOLDER", "put models here (default: a cache of this program)"}}};
  return options;
}

/// Shows how far a download is, on one line of a terminal.
bool show_fetch(const FetchProgress& progress) {
  constexpr double kMega = 1e6;
  std::cerr << fmt::format("\r{}  {:.1f} of {:.1f} MB ", progress.file,
                           static_cast<double>(progress.done) / kMega,
                           static_cast<double>(progress.total) / kMega)
            << std::flush;
  return true;
}

int fetch_models(WhisperApp& app, const clams::CommandCall& call) {
  const auto given = fetch_options().parse(call.arguments);
  if (given.wants_help) {
    std::cout << fetch_options().help(call.program);
    return kSuccess;
  }
  if (given.words.empty()) {
    throw clams::Error{clams::ErrorCode::usage, "fetch: name a model, such as tiny.en or base"};
  }
  const std::string into = given.get_or("model-dir", "");
  if (!into.empty()) clams::real_file_ops().create_directories(into);
  configure_command(app, given);
  ModelSearch search{.environment = call.environment};
  if (!app.options().model_dir.empty()) search.folders.push_back(app.options().model_dir);
  FetchOptions options{.folder = fetch_folder(search), .environment = call.environment};
  if (::isatty(STDERR_FILENO) == 1) options.on_progress = show_fetch;
  for (const std::string& name : given.words) {
    const auto folder = fetch_model(name, options);
    if (options.on_progress) std::cerr << '\n';
    std::cout << folder.string() << '\n';
  }
  return kSuccess;
}

}  // namespace

clams::AppCommand fetch_command(WhisperApp& app) {
  return {.name = "fetch",
          .usage = "fetch NAME...",
          .summary = "download models",
          .run = [&app](const clams::CommandCall& call) { return fetch_models(app, call); }};
}

}  // namespace whisper
