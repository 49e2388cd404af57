// SPDX-License-Identifier: Apache-2.0
#include "app/models_command.hpp"

#include "app/configure_command.hpp"
#include "model/model_catalogue.hpp"
#include "model/vocabulary_search.hpp"
#include <clams/cli/command_options.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <iostream>
#include <set>
#include <string>

namespace whisper {

namespace {

constexpr int kSuccess = static_cast<int>(clams::ExitCode::success);

const clams::CommandOptions& models_options() {
  static const clams::CommandOptions options{
      "models [--model-dir FOLDER]",
      "Lists the models that are on this machine, by the names that requests may use.",
      {{"model-dir", "FOLDER", "look for models here first"},
       {"vocabulary", "FILE|FOLDER", "of weights without one (default: any that is found)"}}};
  return options;
}

int list_models(WhisperApp& app, const clams::CommandCall& call) {
  const auto given = models_options().parse(call.arguments);
  if (given.wants_help) {
    std::cout << models_options().help(call.program);
    return kSuccess;
  }
  if (!given.words.empty()) {
    throw clams::Error{clams::ErrorCode::usage, "models takes no argument " + given.words.front()};
  }
  configure_command(app, given);
  std::set<std::string> listed;
  for (const std::string& name : app.model_names()) {
    try {
      const ModelFacts facts = app.describe(name);
      if (!listed.insert(facts.name).second) continue;  // an alias
      std::cout << fmt::format("{:<18} {}\n", facts.name, facts.path.string());
    } catch (const NoVocabulary& error) {
      const auto* const known = find_in_catalogue(name);
      const std::string full{known != nullptr ? known->name : name};
      if (!listed.insert(full).second) continue;
      std::cout << fmt::format("{:<18} {} (no vocabulary)\n", full, error.weights().string());
      std::cerr << call.program << ": " << error.what() << '\n';
    } catch (const clams::Error& error) {
      if (error.code() == clams::ErrorCode::not_found) continue;  // simply not on this machine
      std::cerr << call.program << ": " << name << ": " << error.what() << '\n';
    }
  }
  if (listed.empty()) std::cerr << "No model is here. Get one: " << call.program << " fetch base\n";
  return kSuccess;
}

}  // namespace

clams::AppCommand models_command(WhisperApp& app) {
  return {.name = "models",
          .usage = "models",
          .summary = "list the models that are on this machine",
          .run = [&app](const clams::CommandCall& call) { return list_models(app, call); }};
}

}  // namespace whisper
