// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace whisper {

/// Whether libtorch has kernels here for weights in float16 and int8.
[[nodiscard]] bool has_packed_kernels();

/// Whether the processor multiplies numbers of 16 bits faster than float32: bfloat16 (AVX512-BF16
/// or AMX), or int16 (AVX512-VNNI), which takes its place.
[[nodiscard]] bool has_fast_16_bits();

/// Whether products of int8 are summed without overflow of 16 bits (VNNI).
[[nodiscard]] bool has_exact_int8();

}  // namespace whisper
