// SPDX-License-Identifier: Apache-2.0
#include "model/ct2_file.hpp"

#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using namespace whisper;
using namespace whisper::testing;

namespace {

Bytes head(std::uint32_t version, std::string_view spec, std::uint32_t variables) {
  Bytes out;
  out.number(version).number(static_cast<std::uint16_t>(spec.size() + 1)).text(spec).number('\0');
  out.number(std::uint32_t{3}).number(variables);
  return out;
}

void check_ct2_refused(const std::string& file, const std::string& why) {
  CHECK_THROWS_WITH(read_ct2(view(file), "model.bin"),
                    contains_text("model.bin: ") && contains_text(why));
}

}  // namespace

TEST_CASE("a CTranslate2 file is known by its beginning", "[whisper]") {
  CHECK(looks_like_ct2(view(head(6, "WhisperSpec", 0).take())));
  CHECK(looks_like_ct2(view(head(6, "TransformerSpec", 0).take())));
  CHECK_FALSE(looks_like_ct2(view("PK\x03\x04 and so on")));
  CHECK_FALSE(looks_like_ct2(view("")));
}

TEST_CASE("the query, key and value of a fused matrix are views of its rows", "[whisper]") {
  const auto file = write_ct2(make_toy());

  const auto weights = read_ct2(view(file), "toy");

  const auto& query = weights.tensors.at("encoder.blocks.1.attn.query.weight");
  const auto& key = weights.tensors.at("encoder.blocks.1.attn.key.weight");
  CHECK(key.bytes.data() == query.bytes.data() + query.bytes.size());
  CHECK_FALSE(weights.tensors.contains("encoder.blocks.1.attn.key.bias"));
}

TEST_CASE("a CTranslate2 model of another kind or version is refused by name", "[whisper]") {
  check_ct2_refused(head(6, "TransformerSpec", 0).take(), "TransformerSpec instead of WhisperSpec");
  check_ct2_refused(head(7, "WhisperSpec", 0).take(), "version 7");
  check_ct2_refused(head(3, "WhisperSpec", 0).take(), "convert the model anew");
}

TEST_CASE("a variable must be what its shape says", "[whisper]") {
  auto wrong_size = head(6, "WhisperSpec", 1);
  add_ct2_variable(wrong_size, "a/weight", {2, 3}, 0, "too few");
  auto wrong_type = head(6, "WhisperSpec", 1);
  add_ct2_variable(wrong_type, "a/weight", {1}, 9, "1234");
  auto endless = head(6, "WhisperSpec", 1);
  add_ct2_variable(endless, "a/weight", {0xffffffff, 0xffffffff, 0xffffffff}, 0, "");
  auto twice = head(6, "WhisperSpec", 2);
  add_ct2_variable(twice, "a/weight", {1}, 0, "1234");
  add_ct2_variable(twice, "a/weight", {1}, 0, "1234");

  check_ct2_refused(wrong_size.take(), "a/weight of shape [2, 3] has 7 bytes instead of 24");
  check_ct2_refused(wrong_type.take(), "unknown type 9");
  check_ct2_refused(endless.take(), "too large");
  check_ct2_refused(twice.take(), "is there twice");
}

TEST_CASE("a model without one of its tensors, or with another shape, says which", "[whisper]") {
  auto incomplete = make_toy();
  incomplete.tensors.erase("decoder.ln.bias");
  auto misshapen = make_toy();
  misshapen.tensors.at("encoder.ln_post.bias").shape = {2, 2};

  check_ct2_refused(write_ct2(incomplete), "there is no variable decoder/layer_norm/beta");
  check_ct2_refused(write_ct2(misshapen), "encoder.ln_post.bias has shape [2, 2]");
}

TEST_CASE("bytes after the end are refused", "[whisper]") {
  check_ct2_refused(write_ct2(make_toy()) + "more", "4 bytes follow after the end");
}

TEST_CASE("a network that no Whisper has is refused", "[whisper]") {
  auto model = make_toy();
  auto& embedding = model.tensors.at("decoder.token_embedding.weight");
  embedding.shape[0] = 100;
  embedding.bytes = embedding.bytes.first(100 * 4 * 2);

  check_ct2_refused(write_ct2(model), "100 tokens");
}
