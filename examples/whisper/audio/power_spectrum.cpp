// SPDX-License-Identifier: Apache-2.0
#include "audio/power_spectrum.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace whisper {

namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// The same sample of each frame.
Lanes across(const float* sample) {
  return Lanes{sample[0], sample[kFrameHop], sample[2 * kFrameHop], sample[3 * kFrameHop]};
}

Lanes square(Lanes re, Lanes im) { return re * re + im * im; }

}  // namespace

PowerSpectrum::PowerSpectrum()
    : factors_{make_factors(5, 200), make_factors(5, 40), make_factors(4, 8), make_factors(2, 2)} {
  for (int i = 0; i < kFrameSamples; ++i) {
    window_[index(i)] = static_cast<float>(0.5 - 0.5 * std::cos(kTurn * i / kFrameSamples));
  }
  for (int i = 0; i < kPoints / 2; ++i) {
    const double angle = kTurn * i / kFrameSamples;
    turns_[index(i)] = {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))};
  }
}

std::vector<PowerSpectrum::Factor> PowerSpectrum::make_factors(int radix, int length) {
  std::vector<Factor> factors;
  for (int p = 0; p < length / radix; ++p) {
    for (int t = 1; t < radix; ++t) {
      const double angle = kTurn * p * t / length;
      factors.push_back(
          {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))});
    }
  }
  return factors;
}

void PowerSpectrum::calculate(std::span<const float> samples, std::span<Lanes, kBins> power) {
  load(samples);
  step<5>(200, 1, factors_[0], values_, scratch_);
  step<5>(40, 5, factors_[1], scratch_, values_);
  step<4>(8, 25, factors_[2], values_, scratch_);
  step<2>(2, 100, factors_[3], scratch_, values_);
  unpack(power);
}

void PowerSpectrum::load(std::span<const float> samples) {
  for (std::size_t i = 0; i < kFrameSamples; i += 2) {
    values_[i / 2] = {across(&samples[i]) * window_[i], across(&samples[i + 1]) * window_[i + 1]};
  }
}

template <>
void PowerSpectrum::transform<2>(std::array<Number, 2>& x) {
  const Number a = x[0];
  x[0] = {a.re + x[1].re, a.im + x[1].im};
  x[1] = {a.re - x[1].re, a.im - x[1].im};
}

template <>
void PowerSpectrum::transform<4>(std::array<Number, 4>& x) {
  const Number even_sum{x[0].re + x[2].re, x[0].im + x[2].im};
  const Number even_gap{x[0].re - x[2].re, x[0].im - x[2].im};
  const Number odd_sum{x[1].re + x[3].re, x[1].im + x[3].im};
  const Number odd_gap{x[1].re - x[3].re, x[1].im - x[3].im};
  x[0] = {even_sum.re + odd_sum.re, even_sum.im + odd_sum.im};
  x[1] = {even_gap.re + odd_gap.im, even_gap.im - odd_gap.re};
  x[2] = {even_sum.re - odd_sum.re, even_sum.im - odd_sum.im};
  x[3] = {even_gap.re - odd_gap.im, even_gap.im + odd_gap.re};
}

template <>
void PowerSpectrum::transform<5>(std::array<Number, 5>& x) {
  constexpr float kCos1 = 0.30901699437494742F;  // of 72 degrees
  constexpr float kSin1 = 0.95105651629515357F;
  constexpr float kCos2 = -0.80901699437494742F;  // of 144 degrees
  constexpr float kSin2 = 0.58778525229247313F;
  const Number outer_sum{x[1].re + x[4].re, x[1].im + x[4].im};
  const Number outer_gap{x[1].re - x[4].re, x[1].im - x[4].im};
  const Number inner_sum{x[2].re + x[3].re, x[2].im + x[3].im};
  const Number inner_gap{x[2].re - x[3].re, x[2].im - x[3].im};
  const Number even1{x[0].re + outer_sum.re * kCos1 + inner_sum.re * kCos2,
                     x[0].im + outer_sum.im * kCos1 + inner_sum.im * kCos2};
  const Number even2{x[0].re + outer_sum.re * kCos2 + inner_sum.re * kCos1,
                     x[0].im + outer_sum.im * kCos2 + inner_sum.im * kCos1};
  const Number odd1{outer_gap.re * kSin1 + inner_gap.re * kSin2,
                    outer_gap.im * kSin1 + inner_gap.im * kSin2};
  const Number odd2{outer_gap.re * kSin2 - inner_gap.re * kSin1,
                    outer_gap.im * kSin2 - inner_gap.im * kSin1};
  x[0] = {x[0].re + outer_sum.re + inner_sum.re, x[0].im + outer_sum.im + inner_sum.im};
  x[1] = {even1.re + odd1.im, even1.im - odd1.re};
  x[2] = {even2.re + odd2.im, even2.im - odd2.re};
  x[3] = {even2.re - odd2.im, even2.im + odd2.re};
  x[4] = {even1.re - odd1.im, even1.im + odd1.re};
}

// Stockham's form: what each step writes is in order for the next, so nothing is permuted.
template <std::size_t kRadix>
void PowerSpectrum::step(std::size_t length, std::size_t stride, const std::vector<Factor>& factors,
                         const Buffer& from, Buffer& to) {
  const std::size_t rows = length / kRadix;
  const Factor* factor = factors.data();
  for (std::size_t p = 0; p < rows; ++p, factor += kRadix - 1) {
    for (std::size_t q = 0; q < stride; ++q) {
      std::array<Number, kRadix> x;
      for (std::size_t j = 0; j < kRadix; ++j) x[j] = from[q + stride * (p + rows * j)];
      transform<kRadix>(x);
      Number* out = &to[q + stride * kRadix * p];
      out[0] = x[0];
      for (std::size_t t = 1; t < kRadix; ++t) {
        const Number& a = x[t];
        const Factor& w = factor[t - 1];
        out[stride * t] = {a.re * w.re - a.im * w.im, a.re * w.im + a.im * w.re};
      }
    }
  }
}

void PowerSpectrum::unpack(std::span<Lanes, kBins> power) const {
  const Number& zero = values_[0];
  power[0] = square(zero.re + zero.im, Lanes{});
  power[kPoints] = square(zero.re - zero.im, Lanes{});
  power[kPoints / 2] = square(values_[kPoints / 2].re, values_[kPoints / 2].im);
  for (int k = 1; k < kPoints / 2; ++k) {
    const Number& a = values_[index(k)];
    const Number& b = values_[index(kPoints - k)];
    // The spectra of the even and of the odd samples, doubled.
    const Number even{a.re + b.re, a.im - b.im};
    const Number odd{a.im + b.im, b.re - a.re};
    const Factor& w = turns_[index(k)];
    const Number turned{odd.re * w.re - odd.im * w.im, odd.re * w.im + odd.im * w.re};
    power[index(k)] = square(even.re + turned.re, even.im + turned.im) * 0.25F;
    power[index(kPoints - k)] = square(even.re - turned.re, even.im - turned.im) * 0.25F;
  }
}

}  // namespace whisper
