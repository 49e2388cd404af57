// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/app/metadata_json.hpp>
#include <clams/cli/detail/annotate_command.hpp>
#include <clams/cli/detail/command_line.hpp>
#include <clams/cli/detail/doctor_command.hpp>
#include <clams/cli/detail/media_settings.hpp>
#include <clams/cli/detail/memory_settings.hpp>
#include <clams/cli/detail/plan_command.hpp>
#include <clams/cli/detail/profile_command.hpp>
#include <clams/cli/detail/profile_sweep.hpp>
#include <clams/cli/detail/ps_command.hpp>
#include <clams/cli/detail/resources_command.hpp>
#include <clams/cli/detail/serve_command.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/cli/run.hpp>
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/memory/make_device_probe.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/version.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

namespace clams {

namespace detail {

// A reader that has gone must not kill us: writing then fails, and that is reported.
CLAMS_INLINE void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

CLAMS_INLINE LogLevel usual_log_level(const CommandLine& line) {
  const bool quiet = line.command != Command::serve || line.settings.is_on("production");
  return quiet ? LogLevel::warning : LogLevel::info;
}

CLAMS_INLINE ExitCode print_metadata(const AppMetadata& metadata, bool pretty) {
  std::cout << metadata_text(metadata, pretty ? JsonLayout::pretty : JsonLayout::compact) << '\n';
  return ExitCode::success;
}

CLAMS_INLINE ExitCode print_version(const AppMetadata& metadata) {
  std::cout << metadata.name << ' ' << metadata.app_version << " (clams-cpp " << kVersion
            << ", MMIF " << metadata.mmif_version << ")\n";
  return ExitCode::success;
}

CLAMS_INLINE std::unique_ptr<GpuMemory> open_memory(const ClamsApp& app,
                                                    const RunnerOptions& options,
                                                    const Settings& settings) {
  return std::make_unique<GpuMemory>(gpu_memory_parts(options.environment, memory_options(settings),
                                                      app.app_metadata().identifier,
                                                      app.make_peak_meter(), options.log));
}

CLAMS_INLINE ExitCode run_annotate(ClamsApp& app, RunnerOptions options, const std::string& program,
                                   const CommandLine& line) {
  const auto memory = open_memory(app, options, line.settings);
  options.memory = memory.get();
  return annotate_command(AppRunner{app, options}, program, line.rest);
}

CLAMS_INLINE ExitCode run_serve(ClamsApp& app, RunnerOptions options, const CommandLine& line,
                                const RunExtras& extras) {
  const EndSignals signals;
  const http::ServerOptions server = server_options(line.settings);
  if (extras.before_serve) extras.before_serve(server);
  const MediaOptions media = served_media(line.settings, server);
  options.media = MediaAccess{media};
  const auto memory = open_memory(app, options, line.settings);
  options.memory = memory.get();
  const AppRunner runner{app, options};
  if (!media.closed_because.empty()) runner.logger().warning(media.closed_because);
  return serve_command(runner, server, signals, extras.routes);
}

/// `profile sweep` annotates; the other actions only look at files.
CLAMS_INLINE ExitCode run_sweep(ClamsApp& app, RunnerOptions options, const CommandLine& line) {
  const auto memory = open_memory(app, options, line.settings);
  options.memory = memory.get();
  return sweep_command(AppRunner{app, options}, {line.rest.begin() + 1, line.rest.end()});
}

CLAMS_INLINE bool is_sweep(const CommandLine& line) {
  const auto& words = line.rest;
  return !words.empty() && words.front() == "sweep" &&
         std::find(words.begin(), words.end(), "--help") == words.end() &&
         std::find(words.begin(), words.end(), "-h") == words.end();
}

CLAMS_INLINE ExitCode run_profile(ClamsApp& app, const RunnerOptions& options,
                                  const std::string& program, const CommandLine& line) {
  if (is_sweep(line)) return run_sweep(app, options, line);
  const ProfilePlace place{
      .store = peak_store_options(options.environment, memory_options(line.settings), options.log),
      .app = AppRunner{app, options}.metadata().identifier,
      .program = program};
  return profile_command(place, line.rest);
}

CLAMS_INLINE ExitCode run_resources(ClamsApp& app, const RunnerOptions& options,
                                    const std::string& program, const CommandLine& line) {
  const AppRunner runner{app, options};
  const MemoryOptions memory = memory_options(line.settings);
  const ResourcesPlace place{.app = app,
                             .metadata = runner.metadata(),
                             .store = peak_store_options(options.environment, memory, options.log),
                             .devices = make_device_probe(options.environment)->devices(),
                             .factors = memory.factors,
                             .program = program};
  return resources_command(place, line.rest);
}

CLAMS_INLINE ExitCode run_gpu_command(ClamsApp& app, const RunnerOptions& options,
                                      const std::string& program, const CommandLine& line) {
  const AppRunner runner{app, options};
  const GpuPlace place{.app = app,
                       .metadata = runner.metadata(),
                       .environment = options.environment,
                       .options = memory_options(line.settings),
                       .log = options.log,
                       .program = program,
                       .make_probe = [&] { return make_device_probe(options.environment); }};
  if (line.command == Command::ps) return ps_command(place, line.rest);
  if (line.command == Command::plan) return plan_command(place, line.rest);
  return doctor_command(place, line.rest);
}

/// The app's runner with this machine's GPUs, made when it is asked for.
///
/// Ownership: owns memory and runner; borrows app and settings.
/// Threads: confined.
/// Errors: as AppRunner's constructor.
class LazyRunner {
 public:
  LazyRunner(ClamsApp& app, RunnerOptions options, const Settings& settings)
      : app_(app), options_(std::move(options)), settings_(settings) {}

  [[nodiscard]] const AppRunner& get() {
    if (!runner_) {
      memory_ = open_memory(app_, options_, settings_);
      options_.memory = memory_.get();
      runner_ = std::make_unique<AppRunner>(app_, options_);
    }
    return *runner_;
  }

 private:
  ClamsApp& app_;
  RunnerOptions options_;
  const Settings& settings_;
  std::unique_ptr<GpuMemory> memory_;
  std::unique_ptr<AppRunner> runner_;
};

/// Says on stderr what the exception that is being handled is, and which exit code that is.
/// @param asked whose `--help` would have told
CLAMS_INLINE ExitCode report_failure(const std::string& program, const std::string& asked) {
  try {
    throw;
  } catch (const Error& error) {
    std::cerr << program << ": error: " << error.what() << '\n';
    if (error.code() == ErrorCode::usage) std::cerr << "Try " << asked << " --help.\n";
    return exit_code(error.code());
  } catch (const std::exception& error) {
    std::cerr << program << ": error: " << error.what() << '\n';
  } catch (...) {
    std::cerr << program << ": error: something that is no std::exception was thrown\n";
  }
  return ExitCode::failure;
}

CLAMS_INLINE ExitCode run_own(ClamsApp& app, const RunnerOptions& options,
                              const std::string& program, const CommandLine& line,
                              const RunExtras& extras) {
  LazyRunner runner{app, options, line.settings};
  const CommandCall call{.program = program,
                         .arguments = line.rest,
                         .environment = options.environment,
                         .runner = [&]() -> const AppRunner& { return runner.get(); }};
  const auto command = std::find_if(extras.commands.begin(), extras.commands.end(),
                                    [&](const AppCommand& own) { return own.name == line.own; });
  try {
    return static_cast<ExitCode>(command->run(call));
  } catch (...) {
    return report_failure(program, program + ' ' + line.own);
  }
}

CLAMS_INLINE void configure_app(const RunExtras& extras, const Settings& settings) {
  if (!extras.configure) return;
  AppSettings set;
  for (const AppSetting& setting : extras.settings) {
    if (setting.placeholder.empty()) {
      if (settings.is_on(setting.name)) set.emplace(setting.name, "true");
    } else if (auto value = settings.text(setting.name)) {
      set.emplace(setting.name, *std::move(value));
    }
  }
  extras.configure(set);
}

CLAMS_INLINE ExitCode run_command(ClamsApp& app, const std::string& program,
                                  const std::vector<std::string>& arguments,
                                  const RunExtras& extras) {
  const Environment environment = Environment::of_process();
  const CommandLine line =
      parse_command_line(app.app_metadata(), program, arguments, environment, extras);
  if (line.command == Command::help) {
    std::cout << line.help;
    return ExitCode::success;
  }
  configure_app(extras, line.settings);
  RunnerOptions options{.environment = environment,
                        .log = log_options(line.settings, usual_log_level(line)),
                        .media = MediaAccess{media_options(line.settings)}};
  switch (line.command) {
    case Command::annotate: return run_annotate(app, options, program, line);
    case Command::serve: return run_serve(app, options, line, extras);
    case Command::own: return run_own(app, options, program, line, extras);
    case Command::profile: return run_profile(app, options, program, line);
    case Command::metadata: return print_metadata(AppRunner{app, options}.metadata(), line.pretty);
    case Command::resources: return run_resources(app, options, program, line);
    case Command::ps:
    case Command::doctor:
    case Command::plan: return run_gpu_command(app, options, program, line);
    case Command::version: return print_version(AppRunner{app, options}.metadata());
    case Command::help: break;
  }
  return ExitCode::success;
}

CLAMS_INLINE int report_start_failure() {
  return static_cast<int>(report_failure("the app could not be made", "the program"));
}

}  // namespace detail

CLAMS_INLINE int run(ClamsApp& app, int argc, const char* const* argv, const RunExtras& extras) {
  const std::string program = argc > 0 ? std::filesystem::path{argv[0]}.filename().string() : "app";
  try {
    detail::ignore_broken_pipes();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(detail::run_command(app, program, arguments, extras));
  } catch (...) {
    return static_cast<int>(detail::report_failure(program, program));
  }
}

CLAMS_INLINE int run(AppMetadata metadata, AnnotateFunction annotate, int argc,
                     const char* const* argv) {
  const auto app = make_app(std::move(metadata), std::move(annotate));
  return run(*app, argc, argv);
}

}  // namespace clams
