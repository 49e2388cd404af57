// SPDX-License-Identifier: Apache-2.0
#include "net/step_run.hpp"

#include "net/device_scope.hpp"
#include "net/run_rules.hpp"
#include "net/tokens.hpp"

#include <utility>

namespace whisper {

StepRun::StepRun(const StepDecoder& decoder, std::shared_ptr<const TorchFeatures> features)
    : decoder_(decoder), features_(std::move(features)), pass_(decoder, features_->layers()) {}

Logits StepRun::begin(std::span<const int> prompts, std::span<const std::size_t> positions) {
  require_run(pass_.memory().length() == 0, "begin() is called once, and first");
  feed(prompts);
  places_.clear();
  const auto count = prompts.size() / pass_.windows();
  for (std::size_t window = 0; window < pass_.windows(); ++window) {
    for (const auto position : positions) places_.push_back(window * count + position);
  }
  return score(places_);
}

Logits StepRun::step(std::span<const int> tokens) {
  require_run(tokens.size() == pass_.memory().rows(), "step() takes one token a row");
  feed(tokens);
  places_.clear();
  for (std::size_t row = 0; row < tokens.size(); ++row) places_.push_back(row);
  return score(places_);
}

void StepRun::feed(std::span<const int> tokens) {
  const auto& memory = pass_.memory();
  require_run(!tokens.empty() && tokens.size() % memory.rows() == 0, "all rows get as many tokens");
  require_context(memory.length() + tokens.size() / memory.rows(),
                  static_cast<std::size_t>(decoder_.positions.size(0)));
  (void)pass_.feed(tokens);
}

Logits StepRun::score(std::span<const std::size_t> places) {
  pass_.score(places, scores_);
  return {scores_, scores_.size() / places.size()};
}

void StepRun::fan_out(std::size_t rows) {
  require_run(pass_.memory().rows() == pass_.windows(), "fan_out() is called once");
  std::vector<std::size_t> sources;
  for (std::size_t window = 0; window < pass_.windows(); ++window) {
    sources.insert(sources.end(), rows, window);
  }
  pass_.memory().select(sources);
}

void StepRun::reorder(std::span<const std::size_t> sources) {
  require_run(sources.size() == pass_.memory().rows(), "reorder() takes one source a row");
  pass_.memory().select(sources);
}

void StepRun::keep_windows(std::span<const std::size_t> kept) {
  const DeviceScope scope{std::nullopt};
  const auto rows = pass_.memory().rows() / pass_.windows();
  std::vector<int> index;
  std::vector<std::size_t> sources;
  for (const auto window : kept) {
    index.push_back(static_cast<int>(window));
    for (std::size_t row = 0; row < rows; ++row) sources.push_back(window * rows + row);
  }
  pass_.keep_windows(tokens_on(index, {std::ssize(index)}, c10::kCPU));
  pass_.memory().select(sources);
}

}  // namespace whisper
