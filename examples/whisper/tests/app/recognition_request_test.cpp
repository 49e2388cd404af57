// SPDX-License-Identifier: Apache-2.0
#include "app/recognition_request.hpp"

#include "app/number_list.hpp"
#include "app/whisper_metadata.hpp"
#include "support/catch.hpp"
#include <clams/params/refine.hpp>
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using whisper::parse_number_list;

namespace {

whisper::RecognitionRequest request_with(const std::string& name, const std::string& value) {
  static const clams::AppMetadata metadata = whisper::whisper_metadata({.models = {"turbo", "l"}});
  clams::RawParameters raw;
  if (!name.empty()) raw.add(name, value);
  return whisper::read_recognition_request(clams::refine_parameters(metadata.parameters, raw));
}

std::string refusal(const std::string& name, const std::string& value) {
  try {
    (void)request_with(name, value);
    return "nothing";
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::invalid_parameter);
    return error.what();
  }
}

}  // namespace

TEST_CASE("the defaults are those of OpenAI's command", "[whisper]") {
  const auto request = request_with("", "");
  const auto& options = request.options.transcribe;
  const whisper::TranscribeOptions usual;

  CHECK(request.model == "turbo");
  CHECK(request.compute_type == "auto");
  CHECK(options.language.empty());
  CHECK(options.temperatures == usual.temperatures);
  CHECK(options.beam_size == 5);
  CHECK(options.best_of == usual.best_of);
  CHECK_FALSE(options.length_penalty);
  CHECK(options.compression_ratio_threshold == usual.compression_ratio_threshold);
  CHECK(options.logprob_threshold == usual.logprob_threshold);
  CHECK(options.no_speech_threshold == usual.no_speech_threshold);
  CHECK(options.condition_on_previous_text);
  CHECK(options.suppress_tokens == usual.suppress_tokens);
  CHECK_FALSE(options.hallucination_silence_threshold);
  CHECK_FALSE(request.options.voice_filter);
}

TEST_CASE("zero turns a threshold off", "[whisper]") {
  CHECK_FALSE(request_with("logprobThreshold", "0").options.transcribe.logprob_threshold);
  CHECK_FALSE(request_with("compressionRatioThreshold", "0")
                  .options.transcribe.compression_ratio_threshold);
  CHECK(request_with("hallucinationSilenceThreshold", "2")
            .options.transcribe.hallucination_silence_threshold == 2.0);
}

TEST_CASE("a language is a code or a name, with or without its region", "[whisper]") {
  CHECK(request_with("language", "pt-BR").options.transcribe.language == "pt");
  CHECK(request_with("language", "German").options.transcribe.language == "de");
  CHECK(request_with("language", "pt-BR").language == "pt-BR");
}

TEST_CASE("values that make no sense are refused by name", "[whisper]") {
  CHECK_THAT(refusal("beamSize", "0"), contains_text("beamSize: '0' is not a number from 1 to 32"));
  CHECK_THAT(refusal("beamSize", "five"), contains_text("beamSize"));
  CHECK_THAT(refusal("bestOf", "99"), contains_text("bestOf"));
  CHECK_THAT(refusal("batchSize", "-1"), contains_text("batchSize"));
  CHECK_THAT(refusal("patience", "0"), contains_text("patience"));
  CHECK_THAT(refusal("temperature", ""), contains_text("temperature"));
  CHECK_THAT(refusal("temperature", "0.5,0.2"), contains_text("rising"));
  CHECK_THAT(refusal("temperature", "3"), contains_text("from 0 to 2"));
  CHECK_THAT(refusal("temperature", "0,x"), contains_text("'x' is not a number"));
  CHECK_THAT(refusal("clipTimestamps", "5,1"), contains_text("rising"));
  CHECK_THAT(refusal("suppressTokens", "1.5"), contains_text("suppressTokens"));
  CHECK_THAT(refusal("language", "xx"), contains_text("unsupported language code: xx"));
  CHECK_THAT(refusal("task", "sing"), contains_text("transcribe"));
  CHECK_THAT(refusal("computeType", "int3"), contains_text("int8"));
  CHECK_THAT(refusal("padding", "wool"), contains_text("silence"));
  CHECK_THAT(refusal("encoderLength", "half"), contains_text("window"));
  CHECK_THAT(refusal("model", "/etc/passwd"), contains_text("turbo"));
}

TEST_CASE("a list of numbers is read to its last character", "[whisper]") {
  CHECK(parse_number_list("", "x").empty());
  CHECK(parse_number_list("1, 2.5,-3", "x") == std::vector<double>{1, 2.5, -3});
  for (const std::string text : {"1,", ",1", "a", "1 2", "nan", "inf", "1e999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_number_list(text, "x"), clams::Error);
  }
}
