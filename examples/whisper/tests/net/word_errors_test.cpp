// SPDX-License-Identifier: Apache-2.0
#include "net/support/word_errors.hpp"

#include "net/support/transcripts.hpp"
#include "support/catch.hpp"

namespace {

using namespace whisper;
using namespace whisper::testing;

void check_as_good_as_float32(const std::vector<std::string>& files) {
  const auto exact = word_errors(files, ComputeType::float32);
  for (const auto type : {best_compute_type(std::nullopt), ComputeType::bfloat16}) {
    const auto fast = word_errors(files, type);
    INFO(compute_type_name(type) << ": " << fast.errors << " errors of " << fast.words
                                 << " words, float32: " << exact.errors);
    CHECK(fast.percent() <= exact.percent() + 0.1);
  }
}

}  // namespace

TEST_CASE("neither what `auto` computes in nor bfloat16 costs words", "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");

  check_as_good_as_float32(
      {"jfk.wav", "espeak_en.wav", "librivox_0870.wav", "librivox_0880.wav", "librivox_0920.wav"});
}
