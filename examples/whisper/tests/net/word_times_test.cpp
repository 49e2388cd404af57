// SPDX-License-Identifier: Apache-2.0
#include "audio/audio_file.hpp"
#include "decode/transcriber.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace whisper;

const std::filesystem::path kModels = WHISPER_MODELS_DIR;
const std::filesystem::path kCases = WHISPER_CASES_DIR;

// A model, loaded once.
struct Loaded {
  explicit Loaded(const ModelFile& file)
      : tokenizer(file.vocabulary, file.dimensions),
        network(make_torch_network(file, {})),
        transcriber(*network, tokenizer, file.alignment_heads) {}

  Tokenizer tokenizer;
  std::unique_ptr<Network> network;
  Transcriber transcriber;
};

const Transcriber& transcriber_of(const std::string& model) {
  static std::map<std::string, std::unique_ptr<Loaded>> loaded;
  auto& entry = loaded[model];
  if (!entry) entry = std::make_unique<Loaded>(open_model(kModels / model));
  return entry->transcriber;
}

// What openai-whisper heard in a recording: its runs by name.
clams::Json runs_of(const std::string& model, const std::string& recording) {
  const auto path = kCases / "golden" / "openai" / model / (recording + ".json");
  return clams::parse_json(clams::read_file(path))["runs"];
}

std::vector<Word> golden_words(const clams::Json& run) {
  std::vector<Word> words;
  for (const auto& segment : run["segments"]) {
    for (const auto& word : segment["words"]) {
      words.push_back({.word = word[0], .start = word[1], .end = word[2], .probability = word[3]});
    }
  }
  return words;
}

// The same recording, greedily and in openai-whisper's way.
std::vector<Word> heard_words(const std::string& model, const std::string& recording,
                              bool conditioned) {
  const AudioSource source{.path = kCases / "audio" / recording};
  const auto mel =
      make_mel_spectrogram([&] { return open_audio(source); }, {.padding = Padding::openai});
  TranscribeOptions options;
  options.language = model.ends_with(".en") ? "en" : "";
  options.temperatures = {0};
  options.word_timestamps = true;
  options.condition_on_previous_text = conditioned;
  std::vector<Word> words;
  for (auto& segment : transcriber_of(model).transcribe(*mel, options).segments) {
    words.insert(words.end(), segment.words.begin(), segment.words.end());
  }
  return words;
}

void check_words(const std::string& model, const std::string& recording) {
  for (const std::string run : {"words1_cond1", "words1_cond0"}) {
    const auto runs = runs_of(model, recording);
    if (!runs.contains(run)) continue;
    INFO(model << " " << recording << " " << run);
    const auto expected = golden_words(runs[run]);
    const auto words = heard_words(model, recording, run.ends_with("1"));

    CHECK(words.size() == expected.size());
    for (std::size_t i = 0; i < std::min(words.size(), expected.size()); ++i) {
      INFO("word " << i << " '" << expected[i].word << "'");
      REQUIRE(words[i].word == expected[i].word);
      CHECK(std::abs(words[i].start - expected[i].start) < 0.0201);
      CHECK(std::abs(words[i].end - expected[i].end) < 0.0201);
      CHECK(std::abs(words[i].probability - expected[i].probability) < 0.01F);
    }
  }
}

bool is_there(const std::string& model) {
  return std::filesystem::exists(kModels / model) && std::filesystem::exists(kCases / "golden");
}

TEST_CASE("English words are said when openai-whisper says", "[whisper]") {
  if (!is_there("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");

  for (const auto* recording : {"jfk.wav", "librivox_0920.wav"}) check_words("tiny.en", recording);
}

TEST_CASE("words of languages with and without spaces are said when openai-whisper says",
          "[whisper]") {
  if (!is_there("base")) CLAMS_SKIP("no base model or goldens");

  for (const auto* recording : {"ae_es_pangrama.wav", "ae_ja_pangrama.wav", "ae_zh_pangrama.wav"}) {
    check_words("base", recording);
  }
}

}  // namespace
