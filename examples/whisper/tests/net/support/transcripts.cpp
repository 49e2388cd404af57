// SPDX-License-Identifier: Apache-2.0
#include "net/support/transcripts.hpp"

#include "audio/audio_file.hpp"
#include "model/model_file.hpp"
#include "net/torch_network.hpp"
#include <clams/util/files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace whisper::testing {

namespace {

namespace fs = std::filesystem;

fs::path models() { return WHISPER_MODELS_DIR; }
fs::path cases() { return WHISPER_CASES_DIR; }

/// A model that is ready to transcribe.
struct LoadedModel {
  LoadedModel(const ModelFile& file, ComputeType type)
      : mels(file.dimensions.mels),
        tokenizer(file.vocabulary, file.dimensions),
        network(make_torch_network(file, {.compute_type = type})),
        transcriber(*network, tokenizer, file.alignment_heads) {}

  int mels;
  Tokenizer tokenizer;
  std::unique_ptr<Network> network;
  Transcriber transcriber;
};

const LoadedModel& loaded(const std::string& name, ComputeType type) {
  static std::map<std::pair<std::string, ComputeType>, std::unique_ptr<LoadedModel>> known;
  auto& model = known[{name, type}];
  if (known.size() == 1 && !model) use_threads(0);  // before the first is loaded
  if (!model) model = std::make_unique<LoadedModel>(open_model(models() / name), type);
  return *model;
}

bool are_near(double one, double other, double tolerance) {
  return std::fabs(one - other) <= tolerance;
}

std::string word_difference(const Segment& ours, const clams::Json& golden) {
  if (!golden.contains("words")) return {};
  const auto& words = golden["words"];
  if (words.size() != ours.words.size()) return fmt::format("segment {} has other words", ours.id);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = ours.words[i];
    constexpr double kTolerance = 0.0201;
    if (word.word != words[i][0].get<std::string>() ||
        !are_near(word.start, words[i][1].get<double>(), kTolerance) ||
        !are_near(word.end, words[i][2].get<double>(), kTolerance)) {
      return fmt::format("word '{}' from {} to {} is {}", word.word, word.start, word.end,
                         clams::write_json(words[i]));
    }
  }
  return {};
}

std::string segment_difference(const Segment& ours, const clams::Json& golden) {
  const double tolerance = golden.contains("words") ? 0.0201 : 1e-9;
  if (ours.text != golden["text"].get<std::string>()) {
    return fmt::format("'{}' is '{}'", ours.text, golden["text"].get<std::string>());
  }
  if (ours.tokens != golden["tokens"].get<std::vector<int>>() ||
      ours.seek != golden["seek"].get<int>() ||
      !are_near(ours.start, golden["start"].get<double>(), tolerance) ||
      !are_near(ours.end, golden["end"].get<double>(), tolerance)) {
    return fmt::format("segment {} from {} to {} has other tokens or times than {}", ours.id,
                       ours.start, ours.end, clams::write_json(golden));
  }
  if (!are_near(static_cast<double>(ours.avg_logprob), golden["avg_logprob"].get<double>(), 1e-3) ||
      !are_near(static_cast<double>(ours.no_speech_prob), golden["no_speech_prob"].get<double>(),
                1e-3)) {
    return fmt::format("segment {} has other probabilities", ours.id);
  }
  return word_difference(ours, golden);
}

}  // namespace

bool can_transcribe_with(const std::string& model) {
  return fs::exists(models() / model) && fs::exists(cases() / "golden" / "openai" / model);
}

Transcription transcribe_recording(const std::string& model, const std::string& file,
                                   const TranscribeOptions& options, Padding padding,
                                   ComputeType type) {
  const LoadedModel& tools = loaded(model, type);
  const AudioSource source{.path = cases() / "audio" / file};
  const auto mel = make_mel_spectrogram([&] { return open_audio(source); },
                                        {.mels = tools.mels, .padding = padding});
  return tools.transcriber.transcribe(*mel, options);
}

TranscribeOptions golden_options(const std::string& model) {
  return {.language = model == "tiny.en" ? "en" : "", .temperatures = {0}};
}

clams::Json golden_transcript(const std::string& recogniser, const std::string& model,
                              const std::string& file) {
  return clams::parse_json(
      clams::read_file(cases() / "golden" / recogniser / model / (file + ".json")));
}

std::string reference_text(const std::string& file) {
  for (const auto& entry :
       clams::parse_json(clams::read_file(cases() / "audio" / "manifest.json"))) {
    if (entry["file"] == file) return entry["reference"].get<std::string>();
  }
  return {};
}

std::vector<std::string> golden_files(const std::string& recogniser, const std::string& model) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(cases() / "golden" / recogniser / model)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string difference(const Transcription& ours, const clams::Json& golden) {
  if (ours.language != golden["language"].get<std::string>()) return "language " + ours.language;
  const auto& segments = golden["segments"];
  for (std::size_t i = 0; i < std::min(segments.size(), ours.segments.size()); ++i) {
    const std::string found = segment_difference(ours.segments[i], segments[i]);
    if (!found.empty()) return found;
  }
  if (segments.size() != ours.segments.size()) {
    return fmt::format("{} segments are {}", ours.segments.size(), segments.size());
  }
  if (ours.text != golden["text"].get<std::string>()) return "the text";
  return {};
}

}  // namespace whisper::testing
