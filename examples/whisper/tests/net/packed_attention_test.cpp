// SPDX-License-Identifier: Apache-2.0
#include "net/packed_attention.hpp"

#include "net/attention.hpp"
#include "support/catch.hpp"

#include <ATen/ops/randn.h>

namespace whisper {
namespace {

constexpr std::int64_t kPackedHeads = 3;
constexpr std::int64_t kPackedWidth = 64 * kPackedHeads;
constexpr std::int64_t kLength = 100;  // no multiple of a tile

at::Tensor random_bfloat16(at::IntArrayRef sizes) { return at::randn(sizes).to(at::kBFloat16); }

float largest_difference(const at::Tensor& one, const at::Tensor& other) {
  const auto difference = one.to(at::kFloat).sub(other.to(at::kFloat)).abs().max();
  return *difference.const_data_ptr<float>();
}

/// libtorch's attention, in float32.
at::Tensor expected(const at::Tensor& queries, const at::Tensor& both) {
  const auto parts = both.to(at::kFloat).chunk(2, 2);
  return merge_heads(attend(split_heads(queries.to(at::kFloat), kPackedHeads),
                            split_heads(parts[0], kPackedHeads),
                            split_heads(parts[1], kPackedHeads)));
}

}  // namespace

TEST_CASE("packed attention sees what libtorch's sees, as exactly as bfloat16 can", "[whisper]") {
  if (!can_pack_attention(kPackedWidth, kPackedHeads))
    CLAMS_SKIP("this processor has no products of bfloat16");
  const auto rows = GENERATE(1, 5, 6, 100);
  const auto all = random_bfloat16({2, kLength, 3 * kPackedWidth});
  const auto both = all.narrow(2, kPackedWidth, 2 * kPackedWidth);
  const auto queries = all.narrow(2, 0, kPackedWidth).narrow(1, 0, rows);

  const auto seen = attend_packed(queries, pack_keys_and_values(both, kPackedHeads), at::kFloat);

  CHECK(largest_difference(seen, expected(queries, both)) < 2e-2F);
}

TEST_CASE("keys come out as they were packed", "[whisper]") {
  if (!can_pack_attention(kPackedWidth, kPackedHeads))
    CLAMS_SKIP("this processor has no products of bfloat16");
  const auto both = random_bfloat16({2, kLength, 2 * kPackedWidth});

  const auto keys = unpack_keys(pack_keys_and_values(both, kPackedHeads), 1, 2);

  CHECK(largest_difference(keys, both.select(0, 1).narrow(1, 2 * 64, 64)) == 0);
}

TEST_CASE("heads of another width are left to libtorch", "[whisper]") {
  CHECK_FALSE(can_pack_attention(32 * kPackedHeads, kPackedHeads));
}

}  // namespace whisper
