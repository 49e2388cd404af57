// SPDX-License-Identifier: Apache-2.0
#include "net/packed_attention.hpp"

#include "net/attention.hpp"
#include "support/catch.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kPackedHeads = 3;
constexpr std::int64_t kHeadWidth = 64;
constexpr std::int64_t kPackedWidth = kHeadWidth * kPackedHeads;
constexpr std::int64_t kLength = 100;  // no multiple of a block

struct PackedFormat {
  const AttentionTiles* tiles = nullptr;
  float close = 0;  // to what float32 gives, of numbers around 1
  float step = 0;   // of a key's numbers, of which the largest is 3 to 5
};

/// Those that this processor has the instructions for.
std::vector<PackedFormat> packed_formats() {
  std::vector<PackedFormat> possible;
  for (const auto& [format, close, step] : {std::tuple{AttentionFormat::bfloat16, 0.02F, 0.032F},
                                            std::tuple{AttentionFormat::widened, 0.02F, 0.032F},
                                            std::tuple{AttentionFormat::int8, 0.04F, 0.04F}}) {
    const auto* const tiles = attention_tiles(format);
    if (tiles != nullptr) possible.push_back({tiles, close, step});
  }
  return possible;
}

float largest_difference(const at::Tensor& one, const at::Tensor& other) {
  return *one.sub(other).abs().max().const_data_ptr<float>();
}

/// libtorch's attention, in float32.
at::Tensor expected(const at::Tensor& queries, const at::Tensor& both) {
  const auto parts = both.chunk(2, 2);
  return merge_heads(attend(split_heads(queries, kPackedHeads), split_heads(parts[0], kPackedHeads),
                            split_heads(parts[1], kPackedHeads)));
}

/// What a query of ones sees.
at::Tensor seen_by_ones(const PackedFormat& format, const at::Tensor& keys,
                        const at::Tensor& values) {
  const auto packed = pack_keys_and_values(*format.tiles, at::cat({keys, values}, 2), 1);
  return attend_packed(at::full({1, 1, kHeadWidth}, 1.0F), packed).view({kHeadWidth});
}

}  // namespace

TEST_CASE("packed attention sees what libtorch's sees, as exactly as its numbers can",
          "[whisper]") {
  if (packed_formats().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto format = GENERATE(from_range(packed_formats()));
  const auto rows = GENERATE(1, 2, 3, 4, 5, 6, 100);
  const auto both = at::randn({2, kLength, 2 * kPackedWidth});
  // A part of what is larger: its rows stand apart.
  const auto queries =
      at::randn({2, kLength, 2 * kPackedWidth}).narrow(2, 0, kPackedWidth).narrow(1, 0, rows);

  const auto seen = attend_packed(queries, pack_keys_and_values(*format.tiles, both, kPackedHeads));

  CHECK(largest_difference(seen, expected(queries, both)) < format.close);
}

TEST_CASE("keys come out as they were packed, to a step of their numbers", "[whisper]") {
  if (packed_formats().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto format = GENERATE(from_range(packed_formats()));
  const auto both = at::randn({2, kLength, 2 * kPackedWidth});

  const auto keys = unpack_keys(pack_keys_and_values(*format.tiles, both, kPackedHeads), 1, 2);

  const auto packed = both.select(0, 1).narrow(1, 2 * kHeadWidth, kHeadWidth);
  CHECK(largest_difference(keys, packed) < format.step / 2);
}

TEST_CASE("windows are chosen without packing them again", "[whisper]") {
  if (packed_formats().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto format = GENERATE(from_range(packed_formats()));
  const auto both = at::randn({3, kLength, 2 * kPackedWidth});
  const auto queries = at::randn({2, 4, kPackedWidth});
  const auto all = pack_keys_and_values(*format.tiles, both, kPackedHeads);
  const auto chosen = at::arange(2, -1, -2);

  const PackedKeyValues some{*format.tiles, all.windows().index_select(0, chosen), kLength};

  const auto other =
      pack_keys_and_values(*format.tiles, both.index_select(0, chosen), kPackedHeads);
  CHECK(attend_packed(queries, some).equal(attend_packed(queries, other)));
}

TEST_CASE("as many keys as there are, all alike, are seen as one", "[whisper]") {
  if (packed_formats().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto format = GENERATE(from_range(packed_formats()));
  const std::int64_t length = GENERATE(1, 64, 65, 1500);  // sums are as large as they get
  const auto values = at::full({1, length, kHeadWidth}, GENERATE(-1000.0F, 0.0F, 1000.0F));

  const auto seen = seen_by_ones(format, at::full({1, length, kHeadWidth}, 0.5F), values);

  CHECK(largest_difference(seen, values.select(1, 0)) <= 3);
}

TEST_CASE("a key far above the others is all that is seen, however small its value", "[whisper]") {
  if (packed_formats().empty()) CLAMS_SKIP("this processor has no AVX512");
  const auto format = GENERATE(from_range(packed_formats()));
  auto keys = at::randn({1, 1500, kHeadWidth});
  auto values = at::randn({1, 1500, kHeadWidth}).mul(100);
  keys.select(1, 1499).fill_(10);
  values.select(1, 1499).fill_(1);

  const auto seen = seen_by_ones(format, keys, values);

  CHECK(largest_difference(seen, at::full({kHeadWidth}, 1.0F)) < 0.02F);
}

TEST_CASE("heads of another width are left to libtorch", "[whisper]") {
  const auto format = GENERATE(AttentionFormat::widened, AttentionFormat::int8);
  CHECK(packed_attention(format, 32 * kPackedHeads, kPackedHeads) == nullptr);
  CHECK(packed_attention(std::nullopt, kPackedWidth, kPackedHeads) == nullptr);
  CHECK(packed_attention(format, kPackedWidth, kPackedHeads) == attention_tiles(format));
}

}  // namespace whisper
