// SPDX-License-Identifier: Apache-2.0
#include "net/support/goldens.hpp"

#include "net/support/npy.hpp"

#include <algorithm>
#include <cmath>

namespace whisper::testing {
namespace {

std::filesystem::path goldens_folder() {
  return std::filesystem::path{WHISPER_CASES_DIR} / "golden" / "jfk_tiny.en";
}

std::filesystem::path tiny_folder() {
  return std::filesystem::path{WHISPER_MODELS_DIR} / "tiny.en";
}

}  // namespace

std::vector<float> golden(const std::string& name) {
  return read_npy(goldens_folder() / (name + ".npy"));
}

bool goldens_exist() {
  return std::filesystem::exists(goldens_folder()) && std::filesystem::exists(tiny_folder());
}

const ModelFile& tiny_model() {
  static const ModelFile model = open_model(tiny_folder());
  return model;
}

MelWindow golden_window() { return {.mels = 80, .values = golden("mel_pathA_80x3000_f32")}; }

float distance(std::span<const float> left, std::span<const float> right) {
  if (left.size() != right.size()) return INFINITY;
  float most = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto apart = std::fabs(left[i] - right[i]);
    most = apart <= most ? most : apart;  // a NaN stays
  }
  return most;
}

float distance_near_best(std::span<const float> found, std::span<const float> expected,
                         std::size_t vocabulary) {
  constexpr float kNear = 7;
  if (found.size() != expected.size()) return INFINITY;
  std::vector<float> ours;
  std::vector<float> theirs;
  for (std::size_t row = 0; row < expected.size(); row += vocabulary) {
    const auto scores = expected.subspan(row, vocabulary);
    const float best = scores[static_cast<std::size_t>(best_of(scores))];
    for (std::size_t i = 0; i < vocabulary; ++i) {
      if (scores[i] < best - kNear) continue;
      ours.push_back(found[row + i]);
      theirs.push_back(scores[i]);
    }
  }
  return distance(ours, theirs);
}

int best_of(std::span<const float> scores) {
  return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::vector<int> greedy_text(const Network& network, std::shared_ptr<const AudioFeatures> features,
                             const std::vector<int>& prompt, int end, std::size_t tokens) {
  const auto run = network.start(std::move(features));
  const std::vector<std::size_t> last{prompt.size() - 1};
  std::vector<int> text;
  auto next = best_of(run->begin(prompt, last).row(0));
  while (next != end && text.size() < tokens) {
    text.push_back(next);
    next = best_of(run->step(std::span{&next, 1}).row(0));
  }
  return text;
}

}  // namespace whisper::testing
