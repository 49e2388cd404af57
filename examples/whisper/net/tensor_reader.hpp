// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/stored_tensor.hpp"
#include "net/aten.hpp"

namespace whisper {

/// Copies a stored tensor's numbers, converted by all threads, without a second copy of the whole.
/// @pre `to` is contiguous, on the processor, of a floating-point type, and of the tensor's count.
void read_tensor(const StoredTensor& stored, const at::Tensor& to);

}  // namespace whisper
