// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/step_pass.hpp"

#include <memory>
#include <vector>

namespace whisper {

/// A run of the decoder in our own kernels.
///
/// Ownership: borrows the decoder; shares the features; owns memory and scores.
/// Threads: confined.
/// Errors: clams::Error invalid_input if the text context is full, internal for calls that do not
///   fit the run.
class StepRun final : public DecoderRun {
 public:
  StepRun(const StepDecoder& decoder, std::shared_ptr<const TorchFeatures> features);

  [[nodiscard]] Logits begin(std::span<const int> prompts,
                             std::span<const std::size_t> positions) override;
  void fan_out(std::size_t rows) override;
  [[nodiscard]] Logits step(std::span<const int> tokens) override;
  void reorder(std::span<const std::size_t> sources) override;
  void keep_windows(std::span<const std::size_t> windows) override;

 private:
  void feed(std::span<const int> tokens);
  [[nodiscard]] Logits score(std::span<const std::size_t> places);

  const StepDecoder& decoder_;
  std::shared_ptr<const TorchFeatures> features_;
  StepPass pass_;
  std::vector<std::size_t> places_;
  std::vector<float> scores_;
};

}  // namespace whisper
