// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

namespace whisper {

/// Keys and values of all heads, laid out for the processor's products of bfloat16: what is read
/// many times is packed once.
///
/// Ownership: owns its tensors. Both have a row for each window, so that windows are chosen and put
/// together without unpacking.
/// Threads: immutable.
/// Errors: what libtorch throws.
struct PackedKeyValues {
  at::Tensor keys = {};    ///< [windows, heads, blocks of 64 keys, width / 2, 64, 2]
  at::Tensor values = {};  ///< [windows, heads, keys / 2, width, 2]
  std::int64_t length = 0;
};

/// Whether this processor has such products, and heads are as wide as its kernel wants them: as
/// they are in all of Whisper's models.
[[nodiscard]] bool can_pack_attention(std::int64_t width, std::int64_t heads);

/// @param both keys and values side by side, bfloat16 [windows, length, 2 * width]; its rows may
///   stand apart.
[[nodiscard]] PackedKeyValues pack_keys_and_values(const at::Tensor& both, std::int64_t heads);

/// One head's keys in one window, float32 [length, width of a head].
[[nodiscard]] at::Tensor unpack_keys(const PackedKeyValues& packed, std::int64_t window,
                                     std::int64_t head);

/// softmax(q k^T / sqrt(width of a head)) v, in which each query sees all keys of its window.
/// @param queries bfloat16 [windows, rows, width]; its rows may stand apart.
/// @param numbers of what it returns: bfloat16 or float32 [windows, rows, width]
[[nodiscard]] at::Tensor attend_packed(const at::Tensor& queries, const PackedKeyValues& packed,
                                       at::ScalarType numbers);

}  // namespace whisper
