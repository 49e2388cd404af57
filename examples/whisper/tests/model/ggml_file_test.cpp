// SPDX-License-Identifier: Apache-2.0
#include "model/ggml_file.hpp"

#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using namespace whisper;
using namespace whisper::testing;

namespace {

void check_ggml_refused(const std::string& file, const std::string& why) {
  CHECK_THROWS_WITH(read_ggml(view(file), "ggml.bin"),
                    contains_text("ggml.bin: ") && contains_text(why));
}

}  // namespace

TEST_CASE("a tensor in another quantisation is refused, and says what is read", "[whisper]") {
  auto file = write_ggml(make_toy());
  const std::string name = "decoder.blocks.0.attn.key.weight";
  const auto at = file.find(name);
  file.replace(at - 12, 4, Bytes{}.number(std::int32_t{6}).take());  // q5_0

  check_ggml_refused(file, name + " is stored as ggml's type 6; f32, f16 and q8_0");
}

TEST_CASE("a vocabulary that is too short is refused", "[whisper]") {
  auto model = make_toy();
  model.tokens.resize(50000);

  check_ggml_refused(write_ggml(model), "has 50000 tokens instead of 50256");
}

TEST_CASE("a ggml model's missing tensor is named", "[whisper]") {
  auto model = make_toy();
  model.tensors.erase("decoder.positional_embedding");

  check_ggml_refused(write_ggml(model), "there is no tensor decoder.positional_embedding");
}
