// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace whisper::testing {

/// What a fake network was asked to do.
struct NetworkLog {
  std::vector<std::size_t> encoded = {};            ///< windows of each encoding
  std::vector<int> frames = {};                     ///< of their windows
  std::vector<std::vector<int>> prompts = {};       ///< that each window began with
  std::vector<std::size_t> positions = {};          ///< asked for, in each beginning
  std::vector<std::size_t> rows = {};               ///< of each step
  std::vector<std::vector<std::size_t>> kept = {};  ///< windows, each time some left
  std::size_t reorders = 0;
  std::size_t gathered = 0;
};

/// A network whose scores a test writes. It keeps the tokens of each row, so that a row that goes
/// on from the wrong one has the wrong scores; and it refuses calls that a network would not
/// understand.
///
/// Threads: thread-safe, if the script is.
class FakeNetwork final : public Network {
 public:
  /// Writes the scores of the token after `tokens` in a window. All are very low at first.
  /// @param sound the window's first number.
  using Script =
      std::function<void(float sound, std::span<const int> tokens, std::span<float> scores)>;

  FakeNetwork(const Dimensions& dimensions, Script script);

  [[nodiscard]] const Dimensions& dimensions() const noexcept override { return dimensions_; }
  [[nodiscard]] std::shared_ptr<const AudioFeatures> encode(
      std::span<const MelWindow> windows) const override;
  [[nodiscard]] std::shared_ptr<const AudioFeatures> gather(
      std::span<const FeatureWindow> windows) const override;
  [[nodiscard]] std::unique_ptr<DecoderRun> start(
      std::shared_ptr<const AudioFeatures> features) const override;
  /// Each token looks at a position of its own, 10 after the one before it.
  [[nodiscard]] CrossAttention cross_attention(const AudioFeatures& features,
                                               const AlignmentQuestion& question) const override;

  [[nodiscard]] NetworkLog log() const;

  /// Features of windows with these sounds.
  [[nodiscard]] std::shared_ptr<const AudioFeatures> hear(const std::vector<float>& sounds,
                                                          std::size_t positions = 1500) const;

 private:
  class Run;

  void note(const std::function<void(NetworkLog&)>& change) const;

  Dimensions dimensions_;
  Script script_;
  mutable std::mutex mutex_;  // guards log_
  mutable NetworkLog log_;
};

}  // namespace whisper::testing
