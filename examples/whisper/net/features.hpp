// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/aten.hpp"
#include "net/packed_attention.hpp"

#include <utility>
#include <vector>

namespace whisper {

/// Keys and values of one decoder layer's cross attention, packed where there are kernels for that.
///
/// Ownership: shares its tensor, which has a row for each window.
/// Threads: immutable.
/// Errors: what libtorch throws.
struct CrossKeyValues {
  /// [windows, keys and values, heads, positions, head width]; or what PackedKeyValues have.
  at::Tensor windows = {};
  std::int64_t packed_positions = 0;
  const AttentionTiles* tiles = nullptr;  ///< that they are packed for

  [[nodiscard]] std::int64_t count() const { return windows.size(0); }
  [[nodiscard]] std::int64_t positions() const {
    return tiles != nullptr ? packed_positions : windows.size(3);
  }
  /// The same of other windows.
  [[nodiscard]] CrossKeyValues with(at::Tensor others) const {
    return {std::move(others), packed_positions, tiles};
  }

  /// @pre they are.
  [[nodiscard]] PackedKeyValues packed() const { return {*tiles, windows, packed_positions}; }
  /// [windows, heads, positions, head width]. @pre they are not packed.
  [[nodiscard]] at::Tensor keys() const { return windows.select(1, 0); }
  [[nodiscard]] at::Tensor values() const { return windows.select(1, 1); }

  /// One head's keys in one window, float32 [positions, head width].
  [[nodiscard]] at::Tensor keys_of(std::int64_t window, std::int64_t head) const {
    return tiles != nullptr ? unpack_keys(packed(), window, head)
                            : keys().select(0, window).select(0, head).to(at::kFloat);
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
    return static_cast<std::size_t>(layers_.front().count());
  }
  [[nodiscard]] std::size_t positions() const noexcept override {
    return static_cast<std::size_t>(layers_.front().positions());
  }
  [[nodiscard]] const std::vector<CrossKeyValues>& layers() const noexcept { return layers_; }

 private:
  std::vector<CrossKeyValues> layers_;
};

}  // namespace whisper
