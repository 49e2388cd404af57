// SPDX-License-Identifier: Apache-2.0
#include "app/app_options.hpp"

#include "model/cache_folders.hpp"
#include "net/torch_network.hpp"
#include <clams/util/error.hpp>

#include <charconv>
#include <system_error>

namespace whisper {

namespace {

[[noreturn]] void refuse(const std::string& setting, const std::string& value,
                         const std::string& right) {
  throw clams::Error{clams::ErrorCode::usage, "--" + setting + ": '" + value + "' is not " + right};
}

std::optional<int> whole_number(std::string_view text, int least, int most) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || stop != end || number < least || number > most) return std::nullopt;
  return number;
}

std::filesystem::path existing(const std::string& setting, const std::string& value,
                               bool (*is_right)(const std::filesystem::path&),
                               const std::string& right) {
  if (!is_right(value)) refuse(setting, value, right);
  return std::filesystem::canonical(value);
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at is not there
  return std::filesystem::is_directory(path, ignored);
}

bool exists(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at is not there
  return std::filesystem::exists(path, ignored);
}

void apply(AppOptions& options, const std::string& name, const std::string& value) {
  if (name == "model") {
    if (value.empty()) refuse(name, value, "a model's name, such as base, or its folder or file");
    options.model = value;
    options.names_model = true;
  }
  if (name == "model-dir") options.model_dir = existing(name, value, is_folder, "a folder");
  if (name == "vocabulary") options.vocabulary = existing(name, value, exists, "a file or folder");
  if (name == "vad-weights") options.vad_weights = existing(name, value, is_file, "a file");
  if (name == "device") set_device(options, value);
  if (name == "threads") options.threads = parse_threads(name, value);
  if (name == "compute-type") {
    (void)parse_compute_type(value);  // throws what is to be told
    options.compute_type = value;
  }
  if (name == "longest-audio") {
    constexpr int kWeek = 7 * 24 * 3600;
    const auto seconds = whole_number(value, 1, kWeek);
    if (!seconds) refuse(name, value, "a number of seconds from 1 to " + std::to_string(kWeek));
    options.longest_audio = std::chrono::seconds{*seconds};
  }
}

}  // namespace

std::vector<clams::AppSetting> app_settings() {
  return {
      {"model", "WHISPER_MODEL", "NAME|PATH",
       "the model of requests that name none, or a model's folder or file (default: turbo)"},
      {"model-dir", "WHISPER_MODEL_DIR", "FOLDER",
       "look for models here before the caches of other programs"},
      {"device", "WHISPER_DEVICE", "DEVICE",
       "auto, cpu, cuda or cuda:N (default: auto: a GPU if there is one)"},
      {"compute-type", "WHISPER_COMPUTE_TYPE", "TYPE",
       "auto, float32, float16, bfloat16 or int8, for requests that name none (default: auto)"},
      {"threads", "WHISPER_THREADS", "NUMBER",
       "threads that one network uses on the processor (default: one per processor)"},
      {"vocabulary", "WHISPER_VOCABULARY", "FILE|FOLDER",
       "the vocabulary of weights that come without one, such as OpenAI's .pt (default: that of "
       "any other model of the kind that is found)"},
      {"vad-weights", "WHISPER_VAD_WEIGHTS", "FILE",
       "silero-vad's weights (ONNX or safetensors) for the voice filter"},
      {"longest-audio", "WHISPER_LONGEST_AUDIO", "SECONDS",
       "recordings longer than this are refused (default: 86400)"},
  };
}

AppOptions read_app_options(const clams::AppSettings& set) {
  AppOptions options;
  change_app_options(set, options);
  return options;
}

void change_app_options(const clams::AppSettings& set, AppOptions& options) {
  for (const auto& [name, value] : set) apply(options, name, value);
}

void set_device(AppOptions& options, const std::string& text) {
  options.gpu.reset();
  if (text == "auto") {
    options.device = DeviceChoice::automatic;
  } else if (text == "cpu") {
    options.device = DeviceChoice::processor;
  } else if (text == "cuda") {
    options.device = DeviceChoice::gpu;
  } else {
    constexpr int kMostGpus = 1024;
    const bool is_numbered = text.starts_with("cuda:");
    options.gpu = whole_number(text.substr(is_numbered ? 5 : 0), 0, kMostGpus);
    if (!is_numbered || !options.gpu) refuse("device", text, "auto, cpu, cuda or cuda:N");
    options.device = DeviceChoice::gpu;
  }
}

int parse_threads(const std::string& setting, const std::string& text) {
  constexpr int kMost = 1024;
  const auto threads = whole_number(text, 1, kMost);
  if (!threads) refuse(setting, text, "a number from 1 to " + std::to_string(kMost));
  return *threads;
}

}  // namespace whisper
