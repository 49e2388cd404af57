// SPDX-License-Identifier: Apache-2.0
#include "decode/temperature_ladder.hpp"

#include "decode/window_decoder.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

namespace whisper {

namespace {

/// Another seed for each temperature, as unlike as can be (the finalizer of SplitMix64).
std::uint64_t mix(std::uint64_t seed, float temperature) {
  std::uint64_t mixed =
      seed + 0x9e3779b97f4a7c15U * (1 + std::bit_cast<std::uint32_t>(temperature));
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

std::shared_ptr<const AudioFeatures> choose(const Network& network,
                                            const std::shared_ptr<const AudioFeatures>& features,
                                            std::span<const std::size_t> windows) {
  if (windows.size() == features->windows()) return features;
  std::vector<FeatureWindow> chosen;
  chosen.reserve(windows.size());
  for (const std::size_t window : windows) {
    chosen.push_back({.features = features, .window = window});
  }
  return network.gather(chosen);
}

}  // namespace

TemperatureLadder::TemperatureLadder(const Network& network, WindowService& service,
                                     const TranscribeOptions& options)
    : network_(network), service_(service), options_(options) {}

std::vector<LadderResult> TemperatureLadder::decode(
    const std::shared_ptr<const AudioFeatures>& features, std::span<const DecodingOptions> windows,
    const std::function<void()>& check_stop) const {
  std::vector<LadderResult> results(windows.size());
  std::vector<std::size_t> open(windows.size());
  std::iota(open.begin(), open.end(), std::size_t{0});
  bool first = true;
  for (const float temperature : options_.temperatures) {
    std::vector<DecodedWindow> decoded =
        decode_at(temperature, features, windows, open, check_stop);
    std::vector<std::size_t> implausible;
    for (std::size_t i = 0; i < open.size(); ++i) {
      LadderResult& result = results[open[i]];
      result.plausible = is_plausible(decoded[i]);
      if (!result.plausible) implausible.push_back(open[i]);
      if (first || result.plausible || is_better(decoded[i], result.decoded)) {
        result.decoded = std::move(decoded[i]);
      }
    }
    if (implausible.empty()) break;
    open = std::move(implausible);
    first = false;
  }
  return results;
}

std::vector<DecodedWindow> TemperatureLadder::decode_at(
    float temperature, const std::shared_ptr<const AudioFeatures>& features,
    std::span<const DecodingOptions> windows, std::span<const std::size_t> chosen,
    const std::function<void()>& check_stop) const {
  std::vector<DecodedWindow> results(chosen.size());
  std::vector<bool> done(chosen.size());
  for (std::size_t first = 0; first < chosen.size(); ++first) {
    if (done[first]) continue;
    std::vector<std::size_t> places;  // of windows that can be decoded side by side with it
    std::vector<std::size_t> together;
    std::vector<DecodingOptions> options;
    for (std::size_t i = first; i < chosen.size(); ++i) {
      if (done[i] || !are_alike(windows[chosen[first]], windows[chosen[i]])) continue;
      done[i] = true;
      places.push_back(i);
      together.push_back(chosen[i]);
      options.push_back(at(temperature, windows[chosen[i]]));
    }
    auto decoded = service_.decode(choose(network_, features, together), options, check_stop);
    for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(decoded[i]);
  }
  return results;
}

DecodingOptions TemperatureLadder::at(float temperature, DecodingOptions window) const {
  window.temperature = temperature;
  window.beam_size = temperature == 0 ? options_.beam_size : std::nullopt;
  window.best_of = temperature == 0 ? 1 : options_.best_of;
  window.seed = mix(window.seed, temperature);
  return window;
}

bool TemperatureLadder::is_plausible(const DecodedWindow& window) const {
  if (is_guess(window)) {
    // Of silence nothing but guesses can be had.
    return options_.no_speech_threshold && window.no_speech_prob > *options_.no_speech_threshold;
  }
  return !is_repetitive(window);
}

bool TemperatureLadder::is_silence(const DecodedWindow& window) const {
  if (!options_.no_speech_threshold) return false;
  const bool is_sure =
      options_.logprob_threshold && window.avg_logprob > *options_.logprob_threshold;
  return window.no_speech_prob > *options_.no_speech_threshold && !is_sure;
}

bool TemperatureLadder::is_repetitive(const DecodedWindow& window) const {
  return options_.compression_ratio_threshold &&
         window.compression_ratio > *options_.compression_ratio_threshold;
}

bool TemperatureLadder::is_guess(const DecodedWindow& window) const {
  return options_.logprob_threshold && window.avg_logprob < *options_.logprob_threshold;
}

/// Text that repeats itself is sure of itself: its probability says nothing.
bool TemperatureLadder::is_better(const DecodedWindow& one, const DecodedWindow& other) const {
  if (is_repetitive(one) != is_repetitive(other)) return is_repetitive(other);
  if (is_repetitive(one)) return one.compression_ratio < other.compression_ratio;
  return one.avg_logprob > other.avg_logprob;
}

}  // namespace whisper
