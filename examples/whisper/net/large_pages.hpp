// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

namespace whisper {

/// A tensor on the processor for weights, not yet written. Where it is large, the system is asked
/// for large pages: to hand out megabytes in pages of 4 KiB takes longer than to fill them. It
/// takes no more memory, since weights are written from end to end.
[[nodiscard]] at::Tensor empty_weights(at::IntArrayRef shape, at::ScalarType numbers);

}  // namespace whisper
