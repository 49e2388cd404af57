// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/find_simulated_gpus.hpp>
#include <clams/util/config.hpp>

#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace clams {

namespace detail {

/// The simulated GPUs that somebody in this process has.
struct KnownSimulatedGpus {
  using Key = std::tuple<std::string, std::string, const Clock*>;

  std::mutex mutex;  // guards known
  std::map<Key, std::weak_ptr<SimulatedGpus>> known = {};
};

CLAMS_INLINE KnownSimulatedGpus& known_simulated_gpus() {
  static KnownSimulatedGpus known;
  return known;
}

CLAMS_INLINE std::shared_ptr<SimulatedGpus> make_simulated_gpus(const Environment& environment,
                                                                const Clock& clock) {
  if (const auto state = simulated_state_options(environment)) {
    return std::make_shared<SimulatedGpus>(*state, clock);
  }
  const std::string gpus = environment.get_or("CLAMS_SIMULATED_GPUS", "");
  return std::make_shared<SimulatedGpus>(parse_simulated_gpus(gpus), clock);
}

}  // namespace detail

CLAMS_INLINE std::optional<SimulatedStateOptions> simulated_state_options(
    const Environment& environment) {
  const std::string file = environment.get_or("CLAMS_SIMULATED_STATE", "");
  if (file.empty()) return std::nullopt;
  const std::string gpus = environment.get_or("CLAMS_SIMULATED_GPUS", "");
  SimulatedStateOptions options{.file = file};
  if (!gpus.empty()) options.gpus = parse_simulated_gpus(gpus);
  return options;
}

CLAMS_INLINE std::shared_ptr<SimulatedGpus> find_simulated_gpus(const Environment& environment,
                                                                const Clock& clock) {
  const std::string gpus = environment.get_or("CLAMS_SIMULATED_GPUS", "");
  const std::string file = environment.get_or("CLAMS_SIMULATED_STATE", "");
  if (gpus.empty() && file.empty()) return nullptr;
  auto& all = detail::known_simulated_gpus();
  const std::scoped_lock lock{all.mutex};
  auto& known = all.known[{gpus, file, &clock}];
  auto found = known.lock();
  if (!found) {
    found = detail::make_simulated_gpus(environment, clock);
    known = found;
  }
  return found;
}

}  // namespace clams
