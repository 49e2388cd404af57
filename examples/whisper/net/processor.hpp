// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace whisper {

/// Whether libtorch has kernels here for weights in float16 and int8.
[[nodiscard]] bool has_packed_kernels();

/// Whether the processor multiplies tiles of bfloat16 (AMX), many times as fast as float32.
[[nodiscard]] bool has_bfloat16_tiles();

/// Whether products of int8 are summed without overflow of 16 bits (VNNI).
[[nodiscard]] bool has_exact_int8();

}  // namespace whisper
