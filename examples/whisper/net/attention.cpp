// SPDX-License-Identifier: Apache-2.0
#include "net/attention.hpp"

namespace whisper {

at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

at::Tensor merge_heads(const at::Tensor& x) {
  return x.transpose(1, 2).reshape({x.size(0), x.size(2), x.size(1) * x.size(3)});
}

at::Tensor attend(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                  Mask mask) {
  return at::scaled_dot_product_attention(queries, keys, values, {}, 0.0, mask == Mask::causal);
}

}  // namespace whisper
