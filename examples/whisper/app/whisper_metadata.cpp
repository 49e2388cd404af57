// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_metadata.hpp"

#include <clams/mmif/vocabulary.hpp>

#include <utility>

namespace whisper {

namespace {

using clams::AppMetadata;
using enum clams::ParameterType;

std::vector<clams::Json> as_choices(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

// As the Python app has them; conditionOnPreviousText is a text there, too.
void add_known_parameters(AppMetadata& metadata, const MetadataChoices& choices) {
  metadata.add_parameter({.name = "model",
                          .description = "The Whisper model to use, by name or alias.",
                          .choices = as_choices(choices.models),
                          .default_value = choices.default_model});
  metadata.add_parameter({.name = "language",
                          .description = "Language of the speech, as a code such as `en` or "
                                         "`en-US`. Empty: detected in the first 30 seconds.",
                          .default_value = ""});
  metadata.add_parameter({.name = "task",
                          .description = "Write down what is said, or translate it to English.",
                          .choices = {"transcribe", "translate"},
                          .default_value = "transcribe"});
  metadata.add_parameter({.name = "initialPrompt",
                          .description = "Text that the first window is to follow, such as names "
                                         "or a style of spelling.",
                          .default_value = ""});
  metadata.add_parameter({.name = "conditionOnPreviousText",
                          .description = "Let each window know the text before it; `False` makes "
                                         "loops less likely.",
                          .default_value = true});
  metadata.add_parameter({.name = "noSpeechThreshold",
                          .description = "A window is silence if its probability of being so is "
                                         "higher, and its text is a guess.",
                          .type = number,
                          .default_value = 0.6});
}

void add_search_parameters(AppMetadata& metadata) {
  metadata.add_parameter({.name = "beamSize",
                          .description = "Transcripts followed side by side at temperature 0; 1: "
                                         "always the most probable token.",
                          .type = integer,
                          .default_value = 5});
  metadata.add_parameter({.name = "bestOf",
                          .description = "Transcripts drawn at temperatures above 0.",
                          .type = integer,
                          .default_value = 5});
  metadata.add_parameter({.name = "patience",
                          .description = "Beam search ends with beamSize times this candidates.",
                          .type = number,
                          .default_value = 1.0});
  metadata.add_parameter({.name = "lengthPenalty",
                          .description = "Exponent by which long transcripts are favoured; 0: by "
                                         "their mean.",
                          .type = number,
                          .default_value = 0.0});
  metadata.add_parameter({.name = "temperature",
                          .description = "One temperature, or a list that is tried in order until "
                                         "a window's text is plausible.",
                          .default_value = "0,0.2,0.4,0.6,0.8,1.0"});
  metadata.add_parameter({.name = "compressionRatioThreshold",
                          .description = "Text that compresses better than this loops; 0: off.",
                          .type = number,
                          .default_value = 2.4});
  metadata.add_parameter({.name = "logprobThreshold",
                          .description = "Text less probable than this is a guess; 0: off.",
                          .type = number,
                          .default_value = -1.0});
  metadata.add_parameter({.name = "suppressTokens",
                          .description = "Tokens never chosen, by number; -1: those that are no "
                                         "speech.",
                          .default_value = "-1"});
}

void add_recording_parameters(AppMetadata& metadata, const MetadataChoices& choices) {
  metadata.add_parameter({.name = "wordTimestamps",
                          .description = "Time each word by where the network looked; else words "
                                         "share the time of their segment.",
                          .type = boolean,
                          .default_value = true});
  metadata.add_parameter({.name = "hotwords",
                          .description = "Words to listen for, in every window.",
                          .default_value = ""});
  metadata.add_parameter({.name = "clipTimestamps",
                          .description = "Seconds to transcribe only: start,end,start,end,... The "
                                         "last end may be left out.",
                          .default_value = ""});
  metadata.add_parameter({.name = "hallucinationSilenceThreshold",
                          .description = "Skip silences longer than this many seconds around text "
                                         "that looks made up; 0: off.",
                          .type = number,
                          .default_value = 0.0});
  metadata.add_parameter({.name = "vad",
                          .description = "Leave out what is no speech before transcribing.",
                          .type = boolean,
                          .default_value = false});
  metadata.add_parameter({.name = "padding",
                          .description = "What follows the end in the last window: zeros, as in "
                                         "OpenAI's transcribe(), or silence.",
                          .choices = {"openai", "silence"},
                          .default_value = "openai"});
  metadata.add_parameter({.name = "encoderLength",
                          .description = "How much of a window the encoder reads: all 30 seconds, "
                                         "or what is audio, which is faster for short recordings "
                                         "and costs accuracy.",
                          .choices = {"window", "audio"},
                          .default_value = "window"});
  metadata.add_parameter({.name = "batchSize",
                          .description = "Windows decoded side by side; above 1 no window knows "
                                         "the text before it.",
                          .type = integer,
                          .default_value = 1});
  metadata.add_parameter({.name = "computeType",
                          .description = "Numbers the network computes in; auto: the fastest that "
                                         "costs no accuracy.",
                          .choices = {"auto", "float32", "float16", "bfloat16", "int8"},
                          .default_value = choices.default_compute_type});
}

}  // namespace

AppMetadata whisper_metadata(const MetadataChoices& choices) {
  using namespace clams::literals;
  AppMetadata metadata{.name = "Whisper",
                       .description =
                           "Transcribes speech in audio and video with OpenAI's Whisper models, or "
                           "translates it to English. Takes the place of the Python app "
                           "app-whisper-wrapper.",
                       .app_license = "Apache-2.0",
                       .analyzer_license = "MIT",
                       .identifier = "whisper-wrapper-cpp",
                       .url = "https://clams.ai",
                       .est_gpu_mem_min = 500_MiB,
                       .est_gpu_mem_typ = 4000_MiB};
  metadata.add_input_one_of({clams::types::kAudioDocument, clams::types::kVideoDocument});
  metadata.add_output(clams::types::kTextDocument);
  metadata.add_output(clams::types::kTimeFrame, {{"timeUnit", "milliseconds"}});
  metadata.add_output(clams::types::kAlignment);
  metadata.add_output(clams::AtType{"http://vocab.lappsgrid.org/Token"});
  metadata.add_output(clams::AtType{"http://vocab.lappsgrid.org/Sentence"});
  add_known_parameters(metadata, choices);
  add_search_parameters(metadata);
  add_recording_parameters(metadata, choices);
  return metadata;
}

}  // namespace whisper
