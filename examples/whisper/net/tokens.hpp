// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

#include <algorithm>
#include <span>

namespace whisper {

/// Tokens (or indices) as a tensor of this shape on the device.
[[nodiscard]] inline at::Tensor tokens_on(std::span<const int> tokens, at::IntArrayRef shape,
                                          c10::Device device) {
  auto tensor = at::empty(shape, at::kLong);
  std::copy(tokens.begin(), tokens.end(), tensor.data_ptr<std::int64_t>());
  return tensor.to(device);
}

}  // namespace whisper
