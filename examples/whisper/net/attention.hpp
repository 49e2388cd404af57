// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

namespace whisper {

/// Which keys a query sees.
enum class Mask { none, causal };

/// [batch, length, width] as [batch, heads, length, width / heads]; a view.
[[nodiscard]] at::Tensor split_heads(const at::Tensor& x, std::int64_t heads);

/// What split_heads did, undone.
[[nodiscard]] at::Tensor merge_heads(const at::Tensor& x);

/// softmax(q k^T / sqrt(width of a head)) v, for [batch, heads, length, width of a head].
/// Keys and values are never broadcast: many queries of one sequence are its `length`.
[[nodiscard]] at::Tensor attend(const at::Tensor& queries, const at::Tensor& keys,
                                const at::Tensor& values, Mask mask = Mask::none);

}  // namespace whisper
