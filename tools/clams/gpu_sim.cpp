// SPDX-License-Identifier: Apache-2.0
#include "clams/commands.hpp"
#include <clams/memory/find_simulated_gpus.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/duration.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>
#include <clams/util/scope_exit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace clams::tool {
namespace {

SimulatedStateOptions state_options() {
  const auto options = simulated_state_options(Environment::of_process());
  if (options) return *options;
  throw Error{ErrorCode::usage,
              "CLAMS_SIMULATED_STATE is not set; name in it the file that the apps share, and in "
              "CLAMS_SIMULATED_GPUS the GPUs, for example 24GiB,24GiB"};
}

// --- status ---

Json status_json(const SimulatedGpus& gpus) {
  Json devices = Json::array();
  for (const Device& device : gpus.installed()) {
    const SimulatedUsage usage = gpus.usage(device.index);
    devices.push_back({{"uuid", device.uuid},
                       {"name", device.name},
                       {"total_bytes", device.total.count()},
                       {"used_bytes", usage.used.count()},
                       {"high_water_bytes", usage.high_water.count()},
                       {"failed_allocations", usage.failed_allocations}});
  }
  return {{"devices", devices}};
}

std::string status_table(const SimulatedGpus& gpus) {
  constexpr const char* kRow = "{:<5}{:>10}{:>12}{:>12}{:>8}  {}\n";
  std::string table = fmt::format(kRow, "GPU", "total", "used", "high water", "failed", "uuid");
  for (const Device& device : gpus.installed()) {
    const SimulatedUsage usage = gpus.usage(device.index);
    table += fmt::format(kRow, device.index, to_text(device.total), to_text(usage.used),
                         to_text(usage.high_water), usage.failed_allocations, device.uuid);
  }
  return table;
}

void add_status(CLI::App& group, const Streams& streams) {
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* const command = group.add_subcommand(
      "status", "Tell what is used, the most that ever was, and how many allocations failed");
  command->add_flag("--json", *as_json, "as JSON");
  command->callback([as_json, &streams] {
    const SimulatedGpus gpus{state_options()};
    streams.out << (*as_json ? write_json(status_json(gpus)) + "\n" : status_table(gpus))
                << std::flush;
  });
}

// --- take ---

struct TakeOptions {
  std::string bytes;
  int device = 0;
  std::string duration;
};

/// The complaint about a text that `read` does not like, for CLI11; empty: it is fine.
template <typename Read>
std::string complaint(const Read& read, const std::string& text) {
  try {
    read(text);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// The signals by which a program is told to end, kept for `sigtimedwait` while the scope lasts.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  EndSignals(EndSignals&&) = delete;
  EndSignals& operator=(EndSignals&&) = delete;
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// Waits for one of them, but not longer than this; without a limit for ever.
  void wait(std::optional<std::chrono::nanoseconds> limit) const {
    if (!limit) {
      while (sigwaitinfo(&signals_, nullptr) < 0 && errno == EINTR) {
      }
      return;
    }
    const auto end = std::chrono::steady_clock::now() + *limit;
    while (true) {
      const auto left =
          std::max(std::chrono::nanoseconds{0}, end - std::chrono::steady_clock::now());
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
      const timespec time{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
      if (sigtimedwait(&signals_, nullptr, &time) >= 0 || errno != EINTR) return;
    }
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

void run_take(const TakeOptions& options, const Streams& streams) {
  const Bytes bytes = parse_bytes(options.bytes);
  std::optional<std::chrono::nanoseconds> limit;
  if (!options.duration.empty()) limit = parse_duration(options.duration);
  const EndSignals signals;  // first: threads that are started now leave the signals to us
  SimulatedGpus gpus{state_options()};
  gpus.take_foreign(options.device, bytes);
  const ScopeExit give_back{[&] { gpus.release_foreign(options.device, bytes); }};
  streams.out << fmt::format("holding {} of simulated GPU {}{}\n", to_text(bytes), options.device,
                             limit ? " for " + options.duration : "; end me to give it back")
              << std::flush;
  signals.wait(limit);
}

void add_take(CLI::App& group, const Streams& streams) {
  const auto options = std::make_shared<TakeOptions>();
  CLI::App* const command = group.add_subcommand(
      "take", "Take memory as a foreign program would, until this one ends or is killed");
  command->add_option("BYTES", options->bytes, "how much, for example 20GiB")
      ->required()
      ->check([](const std::string& text) { return complaint(parse_bytes, text); });
  command->add_option("--device", options->device, "which GPU, as status counts (default: 0)")
      ->type_name("N");
  command->add_option("--for", options->duration, "give it back after this time, for example 10s")
      ->type_name("TIME")
      ->check([](const std::string& text) { return complaint(parse_duration, text); });
  command->callback([options, &streams] { run_take(*options, streams); });
}

// --- reset ---

void add_reset(CLI::App& group, const Streams& streams) {
  CLI::App* const command = group.add_subcommand(
      "reset",
      "Forget the high-water marks, the failed allocations and the dead; if CLAMS_SIMULATED_GPUS "
      "says so, and nobody has memory, make other GPUs");
  command->callback([&streams] {
    const SimulatedStateOptions options = state_options();
    reset_simulated_gpus(options);
    streams.out << status_table(SimulatedGpus{options}) << std::flush;
  });
}

}  // namespace

void add_gpu_sim(CLI::App& app, const Streams& streams) {
  CLI::App* const group =
      app.add_subcommand("gpu-sim",
                         "Show and disturb the simulated GPUs that apps share through the file in "
                         "CLAMS_SIMULATED_STATE");
  group->require_subcommand(1);
  group->footer("`clams gpu-sim COMMAND --help` tells the options of a command.");
  add_status(*group, streams);
  add_take(*group, streams);
  add_reset(*group, streams);
}

}  // namespace clams::tool
