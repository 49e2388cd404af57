// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/aten.hpp"
#include "net/decoder.hpp"
#include "net/device_scope.hpp"
#include "net/features.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace whisper {

/// A run of the libtorch decoder.
///
/// Ownership: borrows the decoder; shares the features; owns cache and logits.
/// Threads: confined.
/// Errors: clams::Error invalid_input if the text context is full, internal for calls that do not
///   fit the run.
class TorchDecoderRun final : public DecoderRun {
 public:
  TorchDecoderRun(const Decoder& decoder, const Dimensions& dimensions, c10::Device device,
                  std::shared_ptr<const TorchFeatures> features);

  [[nodiscard]] Logits begin(std::span<const int> prompts,
                             std::span<const std::size_t> positions) override;
  void fan_out(std::size_t rows) override;
  [[nodiscard]] Logits step(std::span<const int> tokens) override;
  void reorder(std::span<const std::size_t> sources) override;
  void keep_windows(std::span<const std::size_t> windows) override;

 private:
  [[nodiscard]] std::int64_t windows() const { return audio_.front().count(); }
  [[nodiscard]] at::Tensor feed(std::span<const int> tokens);
  [[nodiscard]] Logits score(const at::Tensor& hidden);

  const Decoder& decoder_;
  Dimensions dimensions_;
  c10::Device device_;
  std::optional<c10::Stream> stream_;
  std::shared_ptr<const TorchFeatures> features_;
  std::vector<CrossKeyValues> audio_;
  KeyValueCache cache_;
  at::Tensor logits_;  // as handed out: on the processor
};

}  // namespace whisper
