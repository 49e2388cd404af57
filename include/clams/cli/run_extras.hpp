// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/app_command.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/serve/server_options.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace clams {

/// Something of an app that is set for the whole process, not by request: by a flag before or after
/// `serve`, and before any other command; else by a variable of the environment; else by a line of
/// the configuration file.
struct AppSetting {
  std::string name;         ///< `model-dir`: flag `--model-dir`, key `model-dir`
  std::string variable;     ///< `WHISPER_MODEL_DIR`
  std::string placeholder;  ///< `FOLDER`; empty: it is on or off, its value then `true`
  std::string meaning;      ///< for --help
};

/// The settings that were set, by name; what was not set is missing.
using AppSettings = std::map<std::string, std::string, std::less<>>;

/// What an app brings to its program beside itself.
///
/// Ownership: a value; the functions in it refer to what they need.
/// Threads: confined; for handlers of routes see RouteHandler.
/// Errors: `run` throws none, but tells of commands and settings that are taken already.
struct RunExtras {
  std::vector<AppCommand> commands = {};
  http::RouteTable routes = {};
  std::vector<AppSetting> settings = {};
  /// Told what was set, before any command runs. Throws Error usage for a value that is no good.
  std::function<void(const AppSettings&)> configure = {};
  /// Called once before the server answers. What it throws ends the program, so that what cannot
  /// work is told at the start and not to each client.
  std::function<void(const http::ServerOptions&)> before_serve = {};
};

}  // namespace clams
