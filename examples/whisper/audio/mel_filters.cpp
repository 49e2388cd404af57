// SPDX-License-Identifier: Apache-2.0
#include "audio/mel_filters.hpp"

#include "audio/audio_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace whisper {

namespace {

constexpr double kHighest = kSampleRate / 2.0;  // Hz
constexpr float kSmallestPower = 1e-10F;

// Slaney's scale: linear up to 1 kHz (mel 15), then logarithmic.
double to_mel(double hertz) {
  if (hertz < 1000.0) return 3.0 * hertz / 200.0;
  return 15.0 + 27.0 * std::log(hertz / 1000.0) / std::log(6.4);
}

double to_hertz(double mel) {
  if (mel < 15.0) return 200.0 * mel / 3.0;
  return 1000.0 * std::exp((mel - 15.0) * std::log(6.4) / 27.0);
}

}  // namespace

MelFilters::MelFilters(int mels) : filters_(static_cast<std::size_t>(mels)) {
  const auto edge = [&](int i) { return to_hertz(to_mel(kHighest) * i / (mels + 1)); };
  for (int m = 0; m < mels; ++m) {
    const double low = edge(m);
    const double middle = edge(m + 1);
    const double high = edge(m + 2);
    auto& filter = filters_[static_cast<std::size_t>(m)];
    for (int bin = 0; bin < kBins; ++bin) {
      const double hertz = static_cast<double>(bin) * kSampleRate / kFrameSamples;
      const double height =
          std::min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      if (height <= 0.0) continue;
      if (filter.weights.empty()) filter.first = bin;
      filter.weights.push_back(static_cast<float>(height * 2.0 / (high - low)));
    }
  }
}

void MelFilters::apply(std::span<const Lanes, kBins> power, std::span<float> logs) const {
  constexpr auto kLog10Of2 = static_cast<float>(std::numbers::ln2 / std::numbers::ln10);
  const auto stride = filters_.size();
  for (std::size_t m = 0; m < stride; ++m) {
    const Lanes* bins = &power[static_cast<std::size_t>(filters_[m].first)];
    Lanes sum{};
    for (const float weight : filters_[m].weights) sum += *bins++ * weight;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      logs[lane * stride + m] = std::log2(std::max(sum[lane], kSmallestPower)) * kLog10Of2;
    }
  }
}

}  // namespace whisper
