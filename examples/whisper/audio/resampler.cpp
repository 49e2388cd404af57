// SPDX-License-Identifier: Apache-2.0
#include "audio/resampler.hpp"

#include "audio/audio_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace whisper {

namespace {

constexpr int kCrossings = 32;  // of zero, on each side
constexpr int kSteps = 512;     // of the table between two of them
constexpr double kBeta = 9.0;   // of the Kaiser window: 90 dB
constexpr double kCutoff = 0.95;
constexpr int kMostPhases = 640;  // whose weights are kept: enough for all usual rates

double bessel(double x) {  // I0, by its series
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; term > 1e-12 * sum; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

std::vector<float> make_table() {
  std::vector<float> table(kCrossings * kSteps + 2, 0.0F);
  for (int i = 0; i <= kCrossings * kSteps; ++i) {
    const double x = static_cast<double>(i) / kSteps;
    const double edge = x / kCrossings;
    const double window = bessel(kBeta * std::sqrt(1.0 - edge * edge)) / bessel(kBeta);
    const double angle = std::numbers::pi * x;
    table[static_cast<std::size_t>(i)] =
        static_cast<float>(window * (i == 0 ? 1.0 : std::sin(angle) / angle));
  }
  return table;
}

}  // namespace

Resampler::Resampler(int rate)
    : rate_(rate),
      scale_(std::max(1.0, static_cast<double>(rate) / kSampleRate) / kCutoff),
      reach_(static_cast<std::int64_t>(std::ceil(kCrossings * scale_)) / 2 * 2 + 2),
      unit_(std::gcd(rate, kSampleRate)),
      phases_(kSampleRate / unit_ <= kMostPhases ? static_cast<std::size_t>(kSampleRate / unit_)
                                                 : 1),
      table_(make_table()),
      input_(static_cast<std::size_t>(reach_), 0.0F),  // silence before the start
      first_(-reach_) {}

void Resampler::push(std::span<const float> input, std::vector<float>& to) {
  taken_ += static_cast<std::int64_t>(input.size());
  if (rate_ == kSampleRate) {
    to.insert(to.end(), input.begin(), input.end());
    return;
  }
  input_.insert(input_.end(), input.begin(), input.end());
  emit(taken_ - reach_, to);
}

void Resampler::finish(std::vector<float>& to) {
  if (rate_ == kSampleRate) return;
  input_.insert(input_.end(), static_cast<std::size_t>(reach_) + 1, 0.0F);
  emit(taken_, to);
}

void Resampler::emit(std::int64_t until, std::vector<float>& to) {
  std::int64_t whole = given_ * rate_ / kSampleRate;
  while (whole < until) {
    const auto part = given_ * rate_ % kSampleRate;
    to.push_back(std::clamp(sample(whole, part), -1.0F, 1.0F));  // a step makes it overshoot
    ++given_;
    whole = given_ * rate_ / kSampleRate;
  }
  const auto size = static_cast<std::int64_t>(input_.size());
  const auto unused = std::clamp<std::int64_t>(whole - reach_ - first_, 0, size);
  input_.erase(input_.begin(), input_.begin() + unused);
  first_ += unused;
}

float Resampler::sample(std::int64_t whole, std::int64_t part) {
  const bool is_kept = kSampleRate / unit_ <= kMostPhases;
  auto& weights = phases_[is_kept ? static_cast<std::size_t>(part / unit_) : 0];
  if (weights.empty() || !is_kept) make_weights(part, weights);
  const float* input = input_.data() + (whole - reach_ + 1 - first_);
  std::array<float, 4> sums{};  // several, since each addition waits for the one before
  for (std::size_t i = 0; i < weights.size(); i += sums.size()) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += weights[i + k] * input[i + k];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void Resampler::make_weights(std::int64_t part, std::vector<float>& weights) const {
  const double fraction = static_cast<double>(part) / kSampleRate;
  weights.clear();
  for (std::int64_t i = 1 - reach_; i <= reach_; ++i) {
    const double distance = std::abs(static_cast<double>(i) - fraction) * kSteps / scale_;
    if (distance >= kCrossings * kSteps) {
      weights.push_back(0.0F);
      continue;
    }
    const auto at = static_cast<std::size_t>(distance);
    const auto between = static_cast<float>(distance - static_cast<double>(at));
    const float weight = table_[at] + between * (table_[at + 1] - table_[at]);
    weights.push_back(weight / static_cast<float>(scale_));
  }
}

}  // namespace whisper
