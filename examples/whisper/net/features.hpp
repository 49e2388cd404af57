// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/aten.hpp"
#include "net/packed_attention.hpp"

#include <vector>

namespace whisper {

/// Keys and values of one decoder layer's cross attention: [windows, heads, positions, head width],
/// or packed.
struct CrossKeyValues {
  at::Tensor keys = {};
  at::Tensor values = {};
  std::int64_t packed_positions = 0;  ///< 0: not packed

  [[nodiscard]] std::int64_t positions() const {
    return packed_positions != 0 ? packed_positions : keys.size(2);
  }
  /// One head's keys in one window, float32 [positions, head width].
  [[nodiscard]] at::Tensor keys_of(std::int64_t window, std::int64_t head) const {
    return packed_positions != 0 ? unpack_keys({keys, values, packed_positions}, window, head)
                                 : keys.select(0, window).select(0, head).to(at::kFloat);
  }
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
  [[nodiscard]] std::size_t positions() const noexcept override {
    return static_cast<std::size_t>(layers_.front().positions());
  }
  [[nodiscard]] const std::vector<CrossKeyValues>& layers() const noexcept { return layers_; }

 private:
  std::vector<CrossKeyValues> layers_;
};

}  // namespace whisper
