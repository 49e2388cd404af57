// SPDX-License-Identifier: Apache-2.0
#include "audio/silero_network.hpp"

#include "audio/voice_activity.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {

namespace {

constexpr std::size_t kChunk = VoiceDetector::kChunk;
// A chunk with what was before it, and with its end mirrored behind it.
constexpr std::size_t kSeen = kSileroContext + kChunk;
constexpr std::size_t kMirrored = 64;

float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }

// std::tanh is exact near 0, where that does not matter here, and takes four times as long.
float hyperbolic_tangent(float x) { return 2.0F * sigmoid(2.0F * x) - 1.0F; }

}  // namespace

SileroNetwork::Activations SileroNetwork::make(std::size_t chunks, std::size_t points,
                                               std::size_t width) {
  return {chunks, points, width, std::vector<float>(chunks * (points + 2) * width, 0.0F)};
}

SileroNetwork::Activations SileroNetwork::spectra(std::span<const float> sound) {
  const auto chunks = sound.size() / kChunk;
  std::vector<float> seen(chunks * (kSeen + kMirrored));
  const auto wide = weights_.spectrum.outputs();
  std::vector<float> parts(chunks * kSileroFrames * wide, 0.0F);
  std::vector<const float*> vectors;
  std::vector<float*> results;
  for (std::size_t c = 0; c < chunks; ++c) {
    float* to = seen.data() + c * (kSeen + kMirrored);
    const auto chunk = sound.subspan(c * kChunk, kChunk);
    std::copy(context_.begin(), context_.end(), to);
    std::copy(chunk.begin(), chunk.end(), to + kSileroContext);
    std::reverse_copy(to + kSeen - 1 - kMirrored, to + kSeen - 1, to + kSeen);
    std::copy(chunk.end() - kSileroContext, chunk.end(), context_.begin());
    for (std::size_t f = 0; f < kSileroFrames; ++f) {
      vectors.push_back(to + f * kSileroHop);
      results.push_back(parts.data() + (c * kSileroFrames + f) * wide);
    }
  }
  weights_.spectrum.weights.add_products(vectors, results);
  auto made = make(chunks, kSileroFrames, kSileroBins);
  for (std::size_t i = 0; i < results.size(); ++i) {
    float* to = made.at(i / kSileroFrames, i % kSileroFrames + 1);
    const float* from = results[i];
    for (std::size_t bin = 0; bin < kSileroBins; ++bin) {
      const float re = from[bin];
      const float im = from[bin + kSileroBins];
      to[bin] = std::sqrt(re * re + im * im);
    }
  }
  return made;
}

SileroNetwork::Activations SileroNetwork::convolve(Activations& from, const SileroLayer& layer,
                                                   std::size_t stride) {
  auto made = make(from.chunks, (from.points - 1) / stride + 1, layer.outputs());
  std::vector<const float*> vectors;
  std::vector<float*> results;
  for (std::size_t c = 0; c < made.chunks; ++c) {
    for (std::size_t point = 0; point < made.points; ++point) {
      vectors.push_back(from.at(c, point * stride));  // three points lie behind one another
      results.push_back(made.at(c, point + 1));
      std::copy(layer.bias.begin(), layer.bias.end(), results.back());
    }
  }
  layer.weights.add_products(vectors, results);
  for (float* result : results) {
    for (std::size_t i = 0; i < made.width; ++i) result[i] = std::max(result[i], 0.0F);
  }
  return made;
}

float SileroNetwork::remember(float* gates) {
  const std::array<const float*, 1> vector{output_.data()};
  const std::array<float*, 1> result{gates};
  weights_.memory.weights.add_products(vector, result);
  float sum = weights_.last_bias;
  for (std::size_t i = 0; i < kSileroWidth; ++i) {
    const float take = sigmoid(gates[i]);
    const float keep = sigmoid(gates[i + kSileroWidth]);
    const float fresh = hyperbolic_tangent(gates[i + 2 * kSileroWidth]);
    const float show = sigmoid(gates[i + 3 * kSileroWidth]);
    cell_[i] = keep * cell_[i] + take * fresh;
    output_[i] = show * hyperbolic_tangent(cell_[i]);
    sum += weights_.last[i] * std::max(output_[i], 0.0F);
  }
  return sigmoid(sum);
}

void SileroNetwork::run(std::span<const float> sound, std::vector<float>& probabilities) {
  auto layer = spectra(sound);
  for (std::size_t i = 0; i < kSileroConvolutions.size(); ++i) {
    layer = convolve(layer, weights_.convolutions[i], kSileroConvolutions[i].stride);
  }
  std::vector<float> gates(layer.chunks * weights_.input.outputs());
  std::vector<const float*> vectors;
  std::vector<float*> results;
  for (std::size_t c = 0; c < layer.chunks; ++c) {
    vectors.push_back(layer.at(c, 1));
    results.push_back(gates.data() + c * weights_.input.outputs());
    std::copy(weights_.input.bias.begin(), weights_.input.bias.end(), results.back());
  }
  weights_.input.weights.add_products(vectors, results);
  for (float* result : results) probabilities.push_back(remember(result));
}

}  // namespace whisper
