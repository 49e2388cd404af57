// SPDX-License-Identifier: Apache-2.0
#include "app/transcribe_arguments.hpp"

#include "app/recognition_request.hpp"
#include <clams/params/refine.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace whisper {

namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw clams::Error{clams::ErrorCode::usage, message};
}

struct FormatName {
  std::string_view name;
  TranscriptFormat format;
  std::string_view ending;
};

constexpr std::array kFormats{FormatName{"text", TranscriptFormat::text, ".txt"},
                              FormatName{"srt", TranscriptFormat::srt, ".srt"},
                              FormatName{"vtt", TranscriptFormat::vtt, ".vtt"},
                              FormatName{"json", TranscriptFormat::json, ".json"},
                              FormatName{"mmif", TranscriptFormat::mmif, ".mmif"}};

/// An option, and the app's parameter that it sets.
struct ParameterOption {
  std::string_view option;
  std::string_view parameter;
  std::string_view placeholder;  ///< empty: it takes no value, and sets `value`
  std::string_view value;
  std::string_view meaning;
};

constexpr std::array kParameterOptions{
    ParameterOption{"language", "language", "CODE", "", "of the speech (default: detected)"},
    ParameterOption{"task", "task", "TASK", "", "transcribe, or translate to English"},
    ParameterOption{"beam-size", "beamSize", "NUMBER", "",
                    "transcripts followed side by side at temperature 0 (default: 5)"},
    ParameterOption{"best-of", "bestOf", "NUMBER", "",
                    "transcripts drawn at temperatures above 0 (default: 5)"},
    ParameterOption{"patience", "patience", "FACTOR", "",
                    "beam search ends with --beam-size times this candidates (default: 1)"},
    ParameterOption{"length-penalty", "lengthPenalty", "ALPHA", "",
                    "how much long transcripts are favoured (default: by their mean)"},
    ParameterOption{"temperature", "temperature", "LIST", "",
                    "one value, or a ladder tried in order (default: 0,0.2,0.4,0.6,0.8,1.0)"},
    ParameterOption{"compression-ratio-threshold", "compressionRatioThreshold", "NUMBER", "",
                    "text that compresses better loops (default: 2.4)"},
    ParameterOption{"logprob-threshold", "logprobThreshold", "NUMBER", "",
                    "text less probable is a guess (default: -1)"},
    ParameterOption{"no-speech-threshold", "noSpeechThreshold", "NUMBER", "",
                    "a guess this probable to be silence is none (default: 0.6)"},
    ParameterOption{"padding", "padding", "KIND", "",
                    "of the last window: openai for zeros (default), or silence"},
    ParameterOption{"encoder-length", "encoderLength", "KIND", "",
                    "window (default), or audio: faster for short ones, more errors"},
    ParameterOption{"word-timestamps", "wordTimestamps", "", "true", "time each word"},
    ParameterOption{"no-condition-on-previous-text", "conditionOnPreviousText", "", "False",
                    "let no window know the text before it"},
    ParameterOption{"initial-prompt", "initialPrompt", "TEXT", "",
                    "text that the first window is to follow"},
    ParameterOption{"hotwords", "hotwords", "WORDS", "", "listen for these in every window"},
    ParameterOption{"clip-timestamps", "clipTimestamps", "LIST", "",
                    "transcribe these stretches only: start,end,start,end... in seconds"},
    ParameterOption{"suppress-tokens", "suppressTokens", "LIST", "",
                    "tokens never chosen; -1: those that are no speech (default: -1)"},
    ParameterOption{"hallucination-silence-threshold", "hallucinationSilenceThreshold", "SECONDS",
                    "", "skip longer silences around text that looks made up (default: off)"},
    ParameterOption{"compute-type", "computeType", "TYPE", "",
                    "auto (default), float32, float16, bfloat16 or int8"},
    ParameterOption{"vad", "vad", "", "true", "leave out what is no speech first"},
    ParameterOption{"batch-size", "batchSize", "NUMBER", "",
                    "windows decoded side by side (default: 1)"}};

std::vector<clams::CommandOption> all_options() {
  std::vector<clams::CommandOption> options{
      {"format", "FORMAT", "text (default), srt, vtt, json (as openai-whisper) or mmif"},
      {"output-dir", "FOLDER", "write NAME.FORMAT there, and not to stdout"},
      {"model", "NAME|PATH", "the model, or its folder or file (default: turbo)"},
      {"model-dir", "FOLDER", "look for models here first"},
      {"vocabulary", "FILE|FOLDER", "of weights without one (default: any that is found)"},
      {"device", "DEVICE", "auto (default), cpu, cuda or cuda:N"},
      {"threads", "NUMBER", "on the processor (default: one per processor)"},
      {"vad-weights", "FILE", "silero-vad's, for --vad"}};
  for (const auto& option : kParameterOptions) {
    options.push_back(
        {std::string{option.option}, std::string{option.placeholder}, std::string{option.meaning}});
  }
  options.push_back({"no-fallback", "", "use the first temperature only"});
  options.push_back({"quiet", "", "show no progress"});
  return options;
}

TranscriptFormat read_format(const std::string& name) {
  for (const auto& known : kFormats) {
    if (known.name == name) return known.format;
  }
  refuse("--format: '" + name + "' is not text, srt, vtt, json or mmif");
}

// What would be right, where the type or the choices tell.
std::string expected(const clams::ParameterSpec& spec) {
  if (spec.type == clams::ParameterType::integer) return "a whole number";
  if (spec.type == clams::ParameterType::number) return "a number";
  std::string choices;
  for (const auto& choice : spec.choices) {
    choices += (choices.empty() ? "" : ", ") + choice.get<std::string>();
  }
  return choices.empty() ? choices : "one of " + choices;
}

// The app's message, in the words of the command line.
std::string reworded(const ParameterOption& option, std::string message) {
  const std::string prefix = std::string{option.parameter} + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

// Each value is tried alone, so that the message names its option.
void check(const ParameterOption& option, const std::string& value,
           const clams::AppMetadata& metadata) {
  clams::RawParameters alone;
  alone.add(option.parameter, value);
  const std::string name = "--" + std::string{option.option} + ": ";
  std::optional<clams::Parameters> refined;
  try {
    refined = clams::refine_parameters(metadata.parameters, alone);
  } catch (const clams::Error& error) {
    const auto spec =
        std::ranges::find(metadata.parameters, option.parameter, &clams::ParameterSpec::name);
    const std::string right = spec == metadata.parameters.end() ? "" : expected(*spec);
    refuse(right.empty() ? name + error.what() : name + "'" + value + "' is not " + right);
  }
  try {
    (void)read_recognition_request(*refined);
  } catch (const clams::Error& error) {
    refuse(name + reworded(option, error.what()));
  }
}

void read_parameters(const clams::GivenOptions& given, const clams::AppMetadata& metadata,
                     TranscribeArguments& arguments) {
  for (const auto& option : kParameterOptions) {
    const auto found = given.values.find(option.option);
    if (found == given.values.end()) continue;
    std::string value = option.placeholder.empty() ? std::string{option.value} : found->second;
    check(option, value, metadata);
    arguments.parameters.set(option.parameter, {std::move(value)});
  }
  if (given.has("hallucination-silence-threshold") && !given.has("word-timestamps") &&
      arguments.format != TranscriptFormat::mmif) {
    arguments.warnings.emplace_back(
        "--hallucination-silence-threshold does nothing without --word-timestamps");
  }
  if (given.has("no-fallback")) {
    const std::string ladder = given.get_or("temperature", "0");
    arguments.parameters.set("temperature", {ladder.substr(0, ladder.find(','))});
  }
  // Words take time; what needs none gets none, but MMIF is made of words.
  if (!given.has("word-timestamps") && arguments.format != TranscriptFormat::mmif) {
    arguments.parameters.set("wordTimestamps", {"false"});
  }
}

void check_standard_input(const TranscribeArguments& arguments) {
  const auto count = std::ranges::count(arguments.files, kStandardInput);
  if (count > 1) refuse("-: standard input can be read once only");
  if (count > 0 && arguments.format == TranscriptFormat::mmif) {
    refuse("-: MMIF names its media files, and standard input has no name; give a file");
  }
}

void check_outputs(const TranscribeArguments& arguments) {
  if (arguments.output_dir.empty()) return;
  std::set<std::filesystem::path> outputs;
  for (const auto& file : arguments.files) {
    const auto output = output_file(arguments, file);
    if (!outputs.insert(output).second) {
      refuse("two of the files would be written to " + output.string());
    }
  }
}

}  // namespace

const clams::CommandOptions& transcribe_options() {
  static const clams::CommandOptions options{
      "transcribe [OPTIONS] FILE...",
      "Writes down what is said in audio and video files; - is standard input. A file that fails "
      "does not stop the "
      "others; the exit code is then 1.",
      all_options()};
  return options;
}

void apply_process_options(const clams::GivenOptions& given, AppOptions& options) {
  clams::AppSettings set;
  for (const auto& setting : app_settings()) {
    const auto found = given.values.find(setting.name);
    if (found != given.values.end()) set.insert(*found);
  }
  set.erase("compute-type");  // a parameter of the request here
  change_app_options(set, options);
}

TranscribeArguments read_transcribe_arguments(const clams::GivenOptions& given,
                                              const clams::AppMetadata& metadata) {
  TranscribeArguments arguments;
  if (given.words.empty()) refuse("transcribe: name the files to transcribe");
  arguments.files.assign(given.words.begin(), given.words.end());
  arguments.format = read_format(given.get_or("format", "text"));
  check_standard_input(arguments);
  arguments.output_dir = given.get_or("output-dir", "");
  if (!arguments.output_dir.empty() && !std::filesystem::is_directory(arguments.output_dir)) {
    refuse("--output-dir: '" + arguments.output_dir.string() + "' is not a folder");
  }
  arguments.quiet = given.has("quiet");
  read_parameters(given, metadata, arguments);
  check_outputs(arguments);
  return arguments;
}

std::filesystem::path output_file(const TranscribeArguments& arguments,
                                  const std::filesystem::path& file) {
  std::string_view ending;
  for (const auto& known : kFormats) {
    if (known.format == arguments.format) ending = known.ending;
  }
  const auto name = file == kStandardInput ? std::filesystem::path{"stdin"} : file.stem();
  return arguments.output_dir / (name.string() + std::string{ending});
}

}  // namespace whisper
