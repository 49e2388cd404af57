// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace whisper {

/// Whether libtorch has kernels here for weights in float16 and int8.
[[nodiscard]] bool has_packed_kernels();

/// Whether the processor multiplies bfloat16 (AVX512-BF16 or AMX), faster than float32.
[[nodiscard]] bool has_fast_bfloat16();

/// Whether products of int8 are summed without overflow of 16 bits (VNNI).
[[nodiscard]] bool has_exact_int8();

}  // namespace whisper
