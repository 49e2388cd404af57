// SPDX-License-Identifier: Apache-2.0
#include "app/recognition_request.hpp"

#include "app/number_list.hpp"
#include "text/tokenizer.hpp"
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace whisper {

namespace {

using clams::Parameters;

[[noreturn]] void refuse(const std::string& name, const std::string& value,
                         const std::string& right) {
  throw clams::Error{clams::ErrorCode::invalid_parameter,
                     name + ": '" + value + "' is not " + right};
}

// A string parameter that means yes or no, as the Python app has it.
bool is_on(const Parameters& parameters, std::string_view name) {
  constexpr std::array<std::string_view, 5> kFalse{"False", "false", "F", "f", "0"};
  const auto value = parameters.get<std::string>(name);
  return std::find(kFalse.begin(), kFalse.end(), value) == kFalse.end();
}

int whole_number(const Parameters& parameters, const std::string& name, int least, int most) {
  const int value = parameters.get<int>(name);
  if (value < least || value > most) {
    refuse(name, std::to_string(value),
           "a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

std::vector<float> temperatures(const Parameters& parameters) {
  const auto text = parameters.get<std::string>("temperature");
  std::vector<float> ladder;
  for (const double step : parse_number_list(text, "temperature")) {
    const auto temperature = static_cast<float>(step);
    const bool rises = ladder.empty() || temperature > ladder.back();
    if (step < 0 || step > 2 || !rises) ladder.clear();
    if (step < 0 || step > 2 || !rises) break;
    ladder.push_back(temperature);
  }
  if (ladder.empty()) refuse("temperature", text, "a rising list of numbers from 0 to 2");
  return ladder;
}

std::vector<double> clips(const Parameters& parameters) {
  const auto text = parameters.get<std::string>("clipTimestamps");
  auto seconds = parse_number_list(text, "clipTimestamps");
  const bool is_rising = std::is_sorted(seconds.begin(), seconds.end());
  if (!is_rising || (!seconds.empty() && seconds.front() < 0)) {
    refuse("clipTimestamps", text, "a rising list of seconds such as 0,30,60,90");
  }
  return seconds;
}

std::vector<int> suppressed(const Parameters& parameters) {
  constexpr double kMostToken = 100000;
  const auto text = parameters.get<std::string>("suppressTokens");
  std::vector<int> tokens;
  for (const double token : parse_number_list(text, "suppressTokens")) {
    if (token < -1 || token > kMostToken || token != static_cast<double>(static_cast<int>(token))) {
      refuse("suppressTokens", text, "a list of tokens' numbers, -1 for those that are no speech");
    }
    tokens.push_back(static_cast<int>(token));
  }
  return tokens;
}

std::string language(const Parameters& parameters) {
  const auto asked = parameters.get<std::string>("language");
  if (asked.empty()) return {};
  const auto code = language_code(asked);
  if (!code) {
    throw clams::Error{clams::ErrorCode::invalid_parameter, "unsupported language code: " + asked};
  }
  return std::string{*code};
}

// Zero, which no rule could mean, stands for "off".
std::optional<float> unless_zero(const Parameters& parameters, std::string_view name) {
  const auto value = static_cast<float>(parameters.get<double>(name));
  return value == 0.0F ? std::nullopt : std::optional{value};
}

void read_search(const Parameters& parameters, TranscribeOptions& options) {
  constexpr int kMostBeams = 32;
  constexpr int kMostWindows = 256;
  const int beams = whole_number(parameters, "beamSize", 1, kMostBeams);
  if (beams > 1) options.beam_size = beams;
  options.best_of = whole_number(parameters, "bestOf", 1, kMostBeams);
  options.batch_size = whole_number(parameters, "batchSize", 1, kMostWindows);
  options.patience = static_cast<float>(parameters.get<double>("patience"));
  if (!(options.patience > 0)) refuse("patience", fmt::format("{}", options.patience), "above 0");
  options.length_penalty = unless_zero(parameters, "lengthPenalty");
  options.temperatures = temperatures(parameters);
  options.compression_ratio_threshold = unless_zero(parameters, "compressionRatioThreshold");
  options.logprob_threshold = unless_zero(parameters, "logprobThreshold");
  options.no_speech_threshold = static_cast<float>(parameters.get<double>("noSpeechThreshold"));
}

void read_text(const Parameters& parameters, TranscribeOptions& options) {
  options.language = language(parameters);
  options.task =
      parameters.get<std::string>("task") == "translate" ? Task::translate : Task::transcribe;
  options.initial_prompt = parameters.get<std::string>("initialPrompt");
  options.hotwords = parameters.get<std::string>("hotwords");
  options.condition_on_previous_text = is_on(parameters, "conditionOnPreviousText");
  options.word_timestamps = parameters.get<bool>("wordTimestamps");
  options.clip_timestamps = clips(parameters);
  options.suppress_tokens = suppressed(parameters);
  options.encoder_length = parameters.get<std::string>("encoderLength") == "audio"
                               ? EncoderLength::audio
                               : EncoderLength::window;
  if (const auto silence = unless_zero(parameters, "hallucinationSilenceThreshold")) {
    options.hallucination_silence_threshold = *silence;
  }
}

// Speech is cut at long silences only: each stretch takes a window of the network.
VoiceOptions voice_options() {
  return {.threshold = 0.5F, .min_speech_ms = 0, .min_silence_ms = 2000, .padding_ms = 400};
}

}  // namespace

RecognitionRequest read_recognition_request(const Parameters& parameters) {
  RecognitionRequest request{.model = parameters.get<std::string>("model"),
                             .compute_type = parameters.get<std::string>("computeType"),
                             .language = parameters.get<std::string>("language")};
  read_search(parameters, request.options.transcribe);
  read_text(parameters, request.options.transcribe);
  request.options.padding =
      parameters.get<std::string>("padding") == "silence" ? Padding::silence : Padding::openai;
  request.options.voice_filter = parameters.get<bool>("vad");
  request.options.voice = voice_options();
  return request;
}

}  // namespace whisper
