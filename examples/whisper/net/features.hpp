// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/aten.hpp"

#include <vector>

namespace whisper {

/// Keys and values of one decoder layer's cross attention: [windows, heads, positions, head width].
struct CrossKeyValues {
  at::Tensor keys = {};
  at::Tensor values = {};
};

/// Encoded windows as the decoder reads them, computed once and shared by all that decode them.
///
/// Ownership: owns its tensors.
/// Threads: immutable.
/// Errors: none.
class TorchFeatures final : public AudioFeatures {
 public:
  explicit TorchFeatures(std::vector<CrossKeyValues> layers) : layers_(std::move(layers)) {}

  [[nodiscard]] std::size_t windows() const noexcept override {
    return static_cast<std::size_t>(layers_.front().keys.size(0));
  }
  [[nodiscard]] const std::vector<CrossKeyValues>& layers() const noexcept { return layers_; }

 private:
  std::vector<CrossKeyValues> layers_;
};

}  // namespace whisper
