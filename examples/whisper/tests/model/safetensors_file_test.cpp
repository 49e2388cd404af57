// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors_file.hpp"

#include "model/hugging_face_model.hpp"
#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using namespace whisper;
using namespace whisper::testing;

namespace {

std::string file_of(std::string_view header, std::string_view data) {
  return Bytes{}.number(std::uint64_t{header.size()}).text(header).text(data).take();
}

TensorMap tensors_of(const std::string& file) {
  TensorMap tensors;
  read_safetensors(view(file), "model.safetensors", tensors);
  return tensors;
}

void check_safetensors_refused(const std::string& file, const std::string& why) {
  CHECK_THROWS_WITH(tensors_of(file), contains_text("model.safetensors: ") && contains_text(why));
}

}  // namespace

TEST_CASE("a safetensors file's tensors come with their names and shapes", "[whisper]") {
  const auto file = file_of(R"({"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1,2],)"
                            R"("data_offsets":[0,8]},"y":{"dtype":"BF16","shape":[],)"
                            R"("data_offsets":[8,10]}})",
                            "0123456789");

  const auto tensors = tensors_of(file);

  REQUIRE(tensors.size() == 2);
  CHECK(tensors.at("x").shape == std::vector<std::int64_t>{1, 2});
  CHECK(text_of(tensors.at("x").bytes) == "01234567");
  CHECK(tensors.at("y").element == Element::bfloat16);
}

TEST_CASE("a tensor outside of the file, or of another size than its shape, is refused",
          "[whisper]") {
  const auto with = [](std::string_view shape, std::string_view offsets) {
    return file_of(std::string{R"({"x":{"dtype":"F16","shape":)"} + std::string{shape} +
                       R"(,"data_offsets":)" + std::string{offsets} + "}}",
                   "0123");
  };
  check_safetensors_refused(with("[3]", "[0,6]"), "tensor x");
  check_safetensors_refused(with("[1]", "[0,4]"), "tensor x");
  check_safetensors_refused(with("[2]", "[4,0]"), "tensor x");
  check_safetensors_refused(with("[2]", "[0]"), "tensor x");
  check_safetensors_refused(with("[4294967296,4294967296]", "[0,4]"), "tensor x");
  check_safetensors_refused(with("[-2]", "[0,4]"), "whole numbers");
  check_safetensors_refused(with("[2]", "[0,18446744073709551615]"), "whole numbers");
}

TEST_CASE("a header that is damaged, or says something twice, is refused", "[whisper]") {
  const std::string entry = R"("x":{"dtype":"F16","shape":[1],"data_offsets":[0,2]})";
  check_safetensors_refused(file_of("{" + entry + "," + entry + "}", "01"), "is there twice");
  check_safetensors_refused(file_of("{" + entry, "01"), "the header");
  check_safetensors_refused(
      file_of(R"({"x":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}})", "0"), "type I8");
  check_safetensors_refused(Bytes{}.number(~std::uint64_t{0}).text("{}").take(),
                            "truncated or damaged");
}

TEST_CASE("a config that lacks a number says which", "[whisper]") {
  CHECK_THROWS_WITH(read_hugging_face_config({{"d_model", 4}}, "config.json"),
                    contains_text("config.json: there is no whole number num_mel_bins"));
}

TEST_CASE("OpenAI's names become Hugging Face's", "[whisper]") {
  CHECK(hugging_face_name("encoder.blocks.3.attn.query.weight") ==
        "encoder.layers.3.self_attn.q_proj.weight");
  CHECK(hugging_face_name("decoder.blocks.0.cross_attn_ln.bias") ==
        "decoder.layers.0.encoder_attn_layer_norm.bias");
  CHECK(hugging_face_name("decoder.blocks.0.cross_attn.out.bias") ==
        "decoder.layers.0.encoder_attn.out_proj.bias");
  CHECK(hugging_face_name("decoder.blocks.0.mlp.2.weight") == "decoder.layers.0.fc2.weight");
  CHECK(hugging_face_name("decoder.ln.weight") == "decoder.layer_norm.weight");
  CHECK(hugging_face_name("encoder.positional_embedding") == "encoder.embed_positions.weight");
}
