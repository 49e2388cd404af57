// SPDX-License-Identifier: Apache-2.0
// The twin of the conformance app `whisper`: what a Whisper app writes, from a fixed transcript.
#include <clams/cli/run.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using clams::AtType;
using clams::Json;
using clams::View;
namespace types = clams::types;

struct Word {
  std::string text;
  int start_ms;
  int end_ms;
};

const std::vector<std::vector<Word>>& transcript() {
  static const std::vector<std::vector<Word>> segments{
      {{"Hello", 0, 420}, {"wide", 500, 875}, {"world.", 1000, 1999}},
      {{"Second", 2250, 2500}, {"segment", 2500, 3000}, {"h\u00e9re.", 3100, 3300}}};
  return segments;
}

/// Upper case, of the letters that the transcript has.
std::string upper_case(const std::string& text) {
  std::string upper;
  for (const char c : text) {
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  if (const auto accented = upper.find("\u00e9"); accented != std::string::npos) {
    upper.replace(accented, 2, "\u00c9");
  }
  return upper;
}

/// How many characters a text has; its bytes are UTF-8.
int character_count(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string spoken(const Word& word, const std::string& task) {
  return task == "translate" ? upper_case(word.text) : word.text;
}

std::string whole_text(const std::string& task) {
  std::string text;
  for (const auto& segment : transcript()) {
    for (const Word& word : segment) text += (text.empty() ? "" : " ") + spoken(word, task);
  }
  return text;
}

/// Writes the words of a segment and the sentence they make; returns the offset after it.
int add_segment(View& view, const std::vector<Word>& segment, const std::string& task,
                const std::string& text_id, int offset) {
  Json token_ids = Json::array();
  std::string sentence;
  for (const Word& word : segment) {
    const std::string text = spoken(word, task);
    const int end = offset + character_count(text);
    const auto& token = view.add_annotation(
        types::kToken, {{"text", text}, {"start", offset}, {"end", end}, {"document", text_id}});
    const auto& frame = view.add_annotation(
        types::kTimeFrame,
        {{"frameType", "speech"}, {"start", word.start_ms}, {"end", word.end_ms}});
    view.add_alignment(frame, token);
    token_ids.push_back(token.id());
    sentence += (sentence.empty() ? "" : " ") + text;
    offset = end + 1;
  }
  view.add_annotation(types::kSentence, {{"targets", token_ids}, {"text", sentence}});
  return offset;
}

void check_language(const std::string& language) {
  constexpr std::array known{"en", "fr", "de", "es", "zh", "no"};
  if (!language.empty() && std::ranges::find(known, language) == known.end()) {
    throw std::invalid_argument("unsupported language code: " + language);
  }
}

class Whisper : public clams::ClamsApp {
 public:
  clams::AppMetadata app_metadata() const override;

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    auto documents = mmif.documents(types::kAudioDocument);
    if (documents.empty()) documents = mmif.documents(types::kVideoDocument);
    const auto language = parameters.get<std::string>("language");
    check_language(language.substr(0, language.find('-')));
    const auto task = parameters.get<std::string>("task");
    for (const clams::Document* document : documents) {
      transcribe(*document, context.new_view(mmif), language.empty() ? "en" : language, task);
    }
  }

 private:
  static void transcribe(const clams::Document& document, View& view, const std::string& language,
                         const std::string& task) {
    view.add_contains(types::kTextDocument, {{"@lang", language}});
    view.add_contains(types::kToken);
    view.add_contains(types::kTimeFrame,
                      {{"timeUnit", "milliseconds"}, {"document", document.id()}});
    view.add_contains(types::kAlignment);
    const auto& text = view.add_text_document(whole_text(task), language);
    view.add_alignment(document, text);
    int offset = 0;
    for (const auto& segment : transcript()) {
      offset = add_segment(view, segment, task, text.id(), offset);
    }
  }
};

clams::AppMetadata Whisper::app_metadata() const {
  using enum clams::ParameterType;
  using namespace clams::literals;
  clams::AppMetadata metadata{
      .name = "Whisper Wrapper (conformance)",
      .description = "A stand-in for a Whisper ASR wrapper: deterministic, no model.",
      .analyzer_versions = {{"tiny", "65147644"},
                            {"base", "ed3a0b6b"},
                            {"large-v3", "e5b1a55b"},
                            {"large-v3-turbo", "aff26ae4"}},
      .app_license = "Apache 2.0",
      .analyzer_license = "MIT",
      .identifier = "conf-whisper",
      .url = "https://example.org/conf-whisper",
      .est_gpu_mem_min = 1500_MiB,
      .est_gpu_mem_typ = 6000_MiB};
  metadata.add_input_one_of({types::kAudioDocument, types::kVideoDocument});
  metadata.add_output(types::kTextDocument);
  metadata.add_output(types::kTimeFrame, {{"timeUnit", "milliseconds"}});
  metadata.add_output(types::kAlignment);
  metadata.add_output(AtType{"http://vocab.lappsgrid.org/Token"});
  metadata.add_output(AtType{"http://vocab.lappsgrid.org/Sentence"});
  metadata.add_parameter(
      {.name = "model",
       .description = "name of the model to use.",
       .type = string,
       .choices = {"tiny", "base", "large-v3", "large-v3-turbo", "t", "b", "l", "turbo"},
       .default_value = "turbo"});
  metadata.add_parameter({.name = "language",
                          .description = "language spoken in the audio; empty for detection.",
                          .type = string,
                          .default_value = ""});
  metadata.add_parameter({.name = "task",
                          .description = "X->X or X->English",
                          .type = string,
                          .choices = {"transcribe", "translate"},
                          .default_value = "transcribe"});
  metadata.add_parameter({.name = "initialPrompt",
                          .description = "optional prompt for the first window.",
                          .type = string,
                          .default_value = ""});
  metadata.add_parameter({.name = "conditionOnPreviousText",
                          .description = "a string parameter with a boolean-looking default, as "
                                         "in the official wrapper",
                          .type = string,
                          .default_value = true});
  metadata.add_parameter({.name = "noSpeechThreshold",
                          .description = "a threshold",
                          .type = number,
                          .default_value = 0.6});
  return metadata;
}

}  // namespace

int main(int argc, char** argv) { return clams::run<Whisper>(argc, argv); }
