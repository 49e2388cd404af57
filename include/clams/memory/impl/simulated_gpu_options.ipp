// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/comma_list.hpp>
#include <clams/memory/simulated_gpu_options.hpp>
#include <clams/util/config.hpp>
#include <clams/util/duration.hpp>
#include <clams/util/error.hpp>

#include <array>
#include <string>

namespace clams {

namespace detail {

[[noreturn]] CLAMS_INLINE void refuse_simulated_gpus(std::string_view what,
                                                     const std::string& reason) {
  throw Error{ErrorCode::usage, "CLAMS_SIMULATED_GPUS: \"" + std::string{what} + "\" " + reason};
}

CLAMS_INLINE std::chrono::nanoseconds parse_lag(std::string_view text) {
  std::optional<std::chrono::nanoseconds> lag;
  try {
    if (text.ends_with('s')) lag = parse_duration(text);  // hours and bare numbers are mistakes
  } catch (const Error&) {
    lag.reset();
  }
  if (!lag) refuse_simulated_gpus(text, "is not a lag; write for example 50ms");
  return *lag;
}

using SimulatedSetting = void (*)(SimulatedGpuOptions&, std::string_view);

struct NamedSimulatedSetting {
  std::string_view name;
  SimulatedSetting apply;
};

CLAMS_INLINE void apply_simulated_setting(SimulatedGpuOptions& gpu, std::string_view setting) {
  constexpr std::array kSettings{
      NamedSimulatedSetting{"lag", [](auto& to, auto value) { to.lag = parse_lag(value); }},
      NamedSimulatedSetting{"foreign",
                            [](auto& to, auto value) { to.foreign = parse_bytes(value); }},
      NamedSimulatedSetting{"rounding",
                            [](auto& to, auto value) { to.rounding = parse_bytes(value); }},
      NamedSimulatedSetting{"largest_block",
                            [](auto& to, auto value) { to.largest_block = parse_bytes(value); }},
  };
  const auto equals = setting.find('=');
  const std::string_view name = without_outer_blanks(setting.substr(0, equals));
  for (const auto& known : kSettings) {
    if (equals != std::string_view::npos && known.name == name) {
      return known.apply(gpu, without_outer_blanks(setting.substr(equals + 1)));
    }
  }
  refuse_simulated_gpus(setting,
                        "is not a setting; known are lag=, foreign=, rounding=, largest_block=");
}

// An amount without a unit is in bytes; so few of them are a forgotten unit.
[[nodiscard]] CLAMS_INLINE bool lacks_unit(std::string_view amount, Bytes capacity) {
  constexpr Bytes kFew{std::int64_t{1} << 20};
  return amount.find_first_not_of("0123456789") == std::string_view::npos && capacity < kFew;
}

CLAMS_INLINE SimulatedGpuOptions parse_simulated_gpu(std::string_view text) {
  const auto parts = separated(text, ':');
  if (parts.empty()) refuse_simulated_gpus(text, "is not a capacity; write for example 24GiB");
  SimulatedGpuOptions gpu{.capacity = parse_bytes(parts.front())};
  if (lacks_unit(parts.front(), gpu.capacity)) {
    refuse_simulated_gpus(text, "has no unit; write for example 24GiB");
  }
  for (std::size_t i = 1; i < parts.size(); ++i) apply_simulated_setting(gpu, parts[i]);
  const bool makes_sense = gpu.capacity > Bytes{0} && gpu.foreign <= gpu.capacity &&
                           gpu.rounding > Bytes{0} && gpu.rounding <= gpu.capacity;
  if (!makes_sense) refuse_simulated_gpus(text, "is no device: its amounts do not fit together");
  return gpu;
}

}  // namespace detail

CLAMS_INLINE std::vector<SimulatedGpuOptions> parse_simulated_gpus(std::string_view text) {
  std::vector<SimulatedGpuOptions> gpus;
  try {
    for (const auto part : detail::comma_separated(text)) {
      gpus.push_back(detail::parse_simulated_gpu(part));
    }
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.starts_with("CLAMS_SIMULATED_GPUS")) throw;
    throw Error{error.code(), "CLAMS_SIMULATED_GPUS: " + message};
  }
  return gpus;
}

}  // namespace clams
