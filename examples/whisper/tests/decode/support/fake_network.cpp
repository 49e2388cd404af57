// SPDX-License-Identifier: Apache-2.0
#include "decode/support/fake_network.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace whisper::testing {

namespace {

constexpr float kVeryLow = -30;

class FakeFeatures final : public AudioFeatures {
 public:
  FakeFeatures(std::vector<float> sounds, std::size_t positions)
      : sounds_(std::move(sounds)), positions_(positions) {}
  [[nodiscard]] std::size_t windows() const noexcept override { return sounds_.size(); }
  [[nodiscard]] std::size_t positions() const noexcept override { return positions_; }
  [[nodiscard]] float sound(std::size_t window) const { return sounds_.at(window); }

 private:
  std::vector<float> sounds_;
  std::size_t positions_;
};

void require(bool is_right, const char* what) {
  if (!is_right) throw std::logic_error(what);
}

}  // namespace

class FakeNetwork::Run final : public DecoderRun {
 public:
  Run(const FakeNetwork& network, const FakeFeatures& features) : network_(network) {
    for (std::size_t i = 0; i < features.windows(); ++i) sounds_.push_back(features.sound(i));
  }

  [[nodiscard]] Logits begin(std::span<const int> prompts,
                             std::span<const std::size_t> positions) override {
    require(rows_.empty(), "begin is called once");
    require(prompts.size() % sounds_.size() == 0, "prompts are of one length");
    const std::size_t length = prompts.size() / sounds_.size();
    resize(sounds_.size() * positions.size());
    for (std::size_t window = 0; window < sounds_.size(); ++window) {
      const auto prompt = prompts.subspan(window * length, length);
      rows_.emplace_back(prompt.begin(), prompt.end());
      for (std::size_t i = 0; i < positions.size(); ++i) {
        score(window * positions.size() + i, window, prompt.first(positions[i] + 1));
      }
    }
    network_.note([&](NetworkLog& log) {
      log.prompts.insert(log.prompts.end(), rows_.begin(), rows_.end());
      log.positions.assign(positions.begin(), positions.end());
    });
    return logits();
  }

  void fan_out(std::size_t rows) override {
    require(rows_.size() == sounds_.size(), "only single rows fan out");
    std::vector<std::vector<int>> wide;
    for (const auto& row : rows_) wide.insert(wide.end(), rows, row);
    rows_ = std::move(wide);
  }

  [[nodiscard]] Logits step(std::span<const int> tokens) override {
    require(tokens.size() == rows_.size(), "each row is fed one token");
    resize(rows_.size());
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      rows_[row].push_back(tokens[row]);
      require(rows_[row].size() <= static_cast<std::size_t>(network_.dimensions_.text_context),
              "the context is full");
      score(row, row / (rows_.size() / sounds_.size()), rows_[row]);
    }
    network_.note([&](NetworkLog& log) { log.rows.push_back(rows_.size()); });
    return logits();
  }

  void reorder(std::span<const std::size_t> sources) override {
    require(sources.size() == rows_.size(), "each row has a source");
    const std::size_t width = rows_.size() / sounds_.size();
    const auto before = rows_;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      require(sources[row] < width, "sources are rows of the same window");
      rows_[row] = before[row / width * width + sources[row]];
    }
    network_.note([](NetworkLog& log) { ++log.reorders; });
  }

  void keep_windows(std::span<const std::size_t> windows) override {
    const std::size_t width = rows_.size() / sounds_.size();
    std::vector<std::vector<int>> rows;
    std::vector<float> sounds;
    for (const std::size_t window : windows) {
      sounds.push_back(sounds_.at(window));
      for (std::size_t i = 0; i < width; ++i) rows.push_back(rows_[window * width + i]);
    }
    rows_ = std::move(rows);
    sounds_ = std::move(sounds);
    network_.note([&](NetworkLog& log) { log.kept.emplace_back(windows.begin(), windows.end()); });
  }

 private:
  [[nodiscard]] std::size_t vocabulary() const {
    return static_cast<std::size_t>(network_.dimensions_.vocabulary);
  }
  [[nodiscard]] Logits logits() { return {.values = scores_, .vocabulary = vocabulary()}; }
  void resize(std::size_t rows) { scores_.assign(rows * vocabulary(), kVeryLow); }
  void score(std::size_t row, std::size_t window, std::span<const int> tokens) {
    network_.script_(sounds_[window], tokens, logits().row(row));
  }

  const FakeNetwork& network_;
  std::vector<float> sounds_;
  std::vector<std::vector<int>> rows_;
  std::vector<float> scores_;
};

FakeNetwork::FakeNetwork(const Dimensions& dimensions, Script script)
    : dimensions_(dimensions), script_(std::move(script)) {}

std::shared_ptr<const AudioFeatures> FakeNetwork::encode(std::span<const MelWindow> windows) const {
  std::vector<float> sounds;
  const int frames = windows.front().frames;
  for (const MelWindow& window : windows) {
    require(window.frames == frames && frames % 2 == 0, "windows are as long, and even");
    require(window.values.size() == static_cast<std::size_t>(window.mels * frames), "it is full");
    sounds.push_back(window.values.front());
  }
  note([&](NetworkLog& log) {
    log.encoded.push_back(windows.size());
    log.frames.push_back(frames);
  });
  return std::make_shared<FakeFeatures>(std::move(sounds), static_cast<std::size_t>(frames) / 2);
}

std::shared_ptr<const AudioFeatures> FakeNetwork::gather(
    std::span<const FeatureWindow> windows) const {
  const std::size_t positions = windows.front().features->positions();
  std::vector<float> sounds;
  for (const FeatureWindow& window : windows) {
    require(window.features->positions() == positions, "windows to gather are as long");
    sounds.push_back(dynamic_cast<const FakeFeatures&>(*window.features).sound(window.window));
  }
  note([](NetworkLog& log) { ++log.gathered; });
  return std::make_shared<FakeFeatures>(std::move(sounds), positions);
}

std::unique_ptr<DecoderRun> FakeNetwork::start(
    std::shared_ptr<const AudioFeatures> features) const {
  return std::make_unique<Run>(*this, dynamic_cast<const FakeFeatures&>(*features));
}

CrossAttention FakeNetwork::cross_attention(const AudioFeatures& features,
                                            const AlignmentQuestion& question) const {
  constexpr std::size_t kStride = 10;
  CrossAttention attention{.heads = question.heads.size(),
                           .tokens = question.start.size() + question.text.size() + 1,
                           .positions = features.positions(),
                           .scores = {},
                           .token_probabilities = std::vector<float>(question.text.size(), 0.9F)};
  attention.scores.assign(attention.heads * attention.tokens * attention.positions, 0);
  for (std::size_t row = 0; row < attention.heads * attention.tokens; ++row) {
    const std::size_t position = row % attention.tokens * kStride;
    for (std::size_t i = 0; i < kStride && position + i < attention.positions; ++i) {
      attention.scores[row * attention.positions + position + i] = 20;
    }
  }
  return attention;
}

NetworkLog FakeNetwork::log() const {
  const std::scoped_lock lock{mutex_};
  return log_;
}

std::shared_ptr<const AudioFeatures> FakeNetwork::hear(const std::vector<float>& sounds,
                                                       std::size_t positions) const {
  return std::make_shared<FakeFeatures>(sounds, positions);
}

void FakeNetwork::note(const std::function<void(NetworkLog&)>& change) const {
  const std::scoped_lock lock{mutex_};
  change(log_);
}

}  // namespace whisper::testing
