// SPDX-License-Identifier: Apache-2.0
#include "model/stored_tensor.hpp"

#include <cstring>

namespace whisper {

void copy_as_float32(const StoredTensor& tensor, std::span<float> to) {
  std::memcpy(to.data(), tensor.bytes.data(), to.size_bytes());
}

}  // namespace whisper
