// SPDX-License-Identifier: Apache-2.0
#include "app/transcribe_command.hpp"

#include "app/support/toy_model.hpp"
#include "app/whisper_extras.hpp"
#include "model/vocabulary_search.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include <clams/cli/run.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::TemporaryFolder;

namespace {

/// Recordings called `bad...` fail.
whisper::Transcription recognize(const whisper::AudioSource& source,
                                 const whisper::RecognizeOptions& options,
                                 const whisper::TranscribeEvents& events) {
  const bool is_bad = source.file != nullptr && source.file->read() == "bad";
  if (is_bad || source.path.filename().string().starts_with("bad")) {
    throw clams::Error{clams::ErrorCode::invalid_input, "it has no audio"};
  }
  events.on_segment ? events.on_segment({}) : void();
  auto transcription = whisper::testing::toy_transcription();
  if (!options.transcribe.word_timestamps) {
    for (auto& segment : transcription.segments) segment.words.clear();
  }
  return transcription;
}

/// The toy's models, but `base` are weights without a vocabulary.
whisper::WhisperApp::MakeBackend backend_of(whisper::testing::ToyModel& toy) {
  return [make = toy.backend()](const whisper::AppOptions& options) {
    auto backend = make(options);
    backend.describe = [describe = backend.describe](const std::string& model) {
      if (model == "base") throw whisper::NoVocabulary{"/x/base.pt", "no vocabulary in /x"};
      return describe(model);
    };
    return backend;
  };
}

Ended run(const std::vector<std::string>& arguments, const std::string& input = "",
          std::vector<std::string> variables = {}) {
  variables.insert(variables.end(), {"CLAMS_APP_VERSION=v1", "WHISPER_MODEL=tiny.en"});
  ChildProcess child{[&] {
                       whisper::testing::ToyModel toy;
                       toy.recognize = recognize;
                       whisper::WhisperApp app{backend_of(toy)};
                       std::vector<const char*> argv{"/bin/whisper"};
                       for (const auto& argument : arguments) argv.push_back(argument.c_str());
                       return clams::run(app, static_cast<int>(argv.size()), argv.data(),
                                         whisper::whisper_extras(app));
                     },
                     input, variables};
  return child.wait();
}

Ended transcribe(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "transcribe");
  return run(arguments, input);
}

}  // namespace

TEST_CASE("files are transcribed to stdout", "[whisper]") {
  const Ended text = transcribe({"a.wav"});
  const Ended json = transcribe({"a.wav", "--format", "json", "--word-timestamps"});

  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, contains_text("Hello wide world."));
  CHECK(text.err.empty());
  CHECK(clams::parse_json(json.out)["segments"][0]["words"].size() == 3);
  CHECK_THAT(transcribe({"a.wav", "--format=srt"}).out, contains_text("00:00:02,250 -->"));
  CHECK_THAT(transcribe({"a.wav", "--format=vtt"}).out, contains_text("WEBVTT"));
}

TEST_CASE("transcripts in JSON end their line each", "[whisper]") {
  const Ended ended = transcribe({"a.wav", "b.wav", "--format", "json"});

  CHECK(ended.out.ends_with("}\n"));
  CHECK(std::ranges::count(ended.out, '\n') == 2);
  CHECK(clams::parse_json(ended.out.substr(0, ended.out.find('\n')))["language"] == "en");
}

TEST_CASE("standard input is transcribed under the name -", "[whisper]") {
  const TemporaryFolder folder;
  const Ended heard = transcribe({"-"}, "RIFF");
  const Ended bad = transcribe({"-"}, "bad");
  const Ended kept = transcribe({"-", "--output-dir", folder.path()}, "RIFF");

  CHECK(heard.exit_code == 0);
  CHECK_THAT(heard.out, contains_text("Hello wide world."));
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.err, contains_text("whisper: -: it has no audio"));
  CHECK(kept.exit_code == 0);
  CHECK(std::filesystem::exists(folder.path() / "stdin.txt"));
  CHECK(transcribe({"-", "-"}).exit_code == 2);
  CHECK(transcribe({"-", "--format", "mmif"}).exit_code == 2);
}

TEST_CASE("files are transcribed into a folder", "[whisper]") {
  const TemporaryFolder folder;
  const std::string to = folder.path();

  const Ended ended = transcribe({"x/a.wav", "b.mp3", "--output-dir", to, "--format", "vtt"});

  CHECK(ended.exit_code == 0);
  CHECK(ended.out.empty());
  CHECK(clams::read_file(folder.path() / "a.vtt").starts_with("WEBVTT"));
  CHECK(std::filesystem::exists(folder.path() / "b.vtt"));
  const Ended clash = transcribe({"a.wav", "a.mp3", "--output-dir", to});
  CHECK(clash.exit_code == 2);
  CHECK_THAT(clash.err, contains_text("a.txt"));
}

TEST_CASE("a file that fails does not stop the others", "[whisper]") {
  const Ended ended = transcribe({"bad.wav", "a.wav"});

  CHECK(ended.exit_code == 1);
  CHECK_THAT(ended.err, contains_text("whisper: bad.wav: it has no audio"));
  CHECK_THAT(ended.out, contains_text("Hello"));
}

TEST_CASE("MMIF is made of a file as of a document", "[whisper]") {
  const TemporaryFolder folder;
  const std::string video = folder.path() / "clip.MP4";
  clams::write_file_atomically(video, "x");

  const Ended ended = transcribe({video, "--format", "mmif"});
  const Ended missing = transcribe({"/nonexistent.wav", "--format", "mmif"});

  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.out, contains_text("VideoDocument"));
  CHECK_THAT(ended.out, contains_text("\"text\": \"Hello\""));
  CHECK(missing.exit_code == 1);
  CHECK_THAT(missing.err, contains_text("no such file"));
}

TEST_CASE("help lists the options, and that of the program the commands", "[whisper]") {
  const Ended own = transcribe({"--help"});

  CHECK(own.exit_code == 0);
  for (const std::string option : {"--model NAME|PATH",
                                   "--model-dir",
                                   "--language",
                                   "--task",
                                   "--beam-size",
                                   "--best-of",
                                   "--temperature",
                                   "--no-fallback",
                                   "--padding",
                                   "--encoder-length",
                                   "--word-timestamps",
                                   "--no-condition-on-previous-text",
                                   "--initial-prompt",
                                   "--compute-type",
                                   "--threads",
                                   "--device",
                                   "--vad",
                                   "--batch-size",
                                   "--format",
                                   "--output-dir"}) {
    CHECK_THAT(own.out, contains_text(option));
  }
  CHECK_THAT(run({"--help"}).out, contains_text("transcribe FILE..."));
  CHECK_THAT(run({"transcibe", "a.wav"}).err, contains_text("did you mean transcribe?"));
}

TEST_CASE("a misspelt option of transcribe is answered with the right one", "[whisper]") {
  for (const std::string option :
       {"model",          "model-dir",      "language",        "task",
        "beam-size",      "best-of",        "temperature",     "no-fallback",
        "padding",        "encoder-length", "word-timestamps", "no-condition-on-previous-text",
        "initial-prompt", "compute-type",   "threads",         "device",
        "batch-size",     "format",         "hotwords",        "clip-timestamps"}) {
    std::string misspelt = option;
    misspelt.insert(misspelt.size() - 1, "x");
    const Ended ended = transcribe({"a.wav", "--" + misspelt, "1"});
    CHECK(ended.exit_code == 2);
    CHECK_THAT(ended.err, contains_text("did you mean --" + option + "?"));
  }
}

TEST_CASE("a bad value of an option is refused by the option's name", "[whisper]") {
  const std::vector<std::vector<std::string>> wrong{{"--format", "pdf"},
                                                    {"--output-dir", "/nonexistent"},
                                                    {"--model-dir", "/nonexistent"},
                                                    {"--language", "klingon"},
                                                    {"--task", "sing"},
                                                    {"--beam-size", "0"},
                                                    {"--beam-size", "five"},
                                                    {"--best-of", "-1"},
                                                    {"--temperature", "hot"},
                                                    {"--temperature", "0.4,0.2"},
                                                    {"--padding", "wool"},
                                                    {"--encoder-length", "half"},
                                                    {"--compute-type", "int3"},
                                                    {"--threads", "0"},
                                                    {"--device", "tpu"},
                                                    {"--batch-size", "0"},
                                                    {"--clip-timestamps", "2,1"},
                                                    {"--suppress-tokens", "x"},
                                                    {"--vad-weights", "/none"},
                                                    {"--no-speech-threshold", "x"}};
  for (const auto& option : wrong) {
    const Ended ended = transcribe({"a.wav", option[0], option[1]});
    CHECK(ended.exit_code == 2);
    CHECK_THAT(ended.err, contains_text(option[0]));
    CHECK_THAT(ended.err, contains_text(option[1]));
    CHECK(ended.out.empty());
  }
  CHECK_THAT(transcribe({"a.wav", "--beam-size", "x"}).err,
             contains_text("error: --beam-size: 'x' is not a whole number\n"
                           "Try whisper transcribe --help."));
  CHECK_THAT(transcribe({"a.wav", "--patience", "0"}).err,
             contains_text("--patience: '0' is not above 0"));
  CHECK_THAT(transcribe({"a.wav", "--task", "sing"}).err,
             contains_text("--task: 'sing' is not one of transcribe, translate"));
  CHECK_THAT(transcribe({"a.wav", "--model", ""}).err, contains_text("a model's name"));
  CHECK(transcribe({}).exit_code == 2);
  CHECK(transcribe({"a.wav", "--word-timestamps=yes"}).exit_code == 2);
}

TEST_CASE("an option that does nothing is told", "[whisper]") {
  const std::vector<std::string> option{"a.wav", "--hallucination-silence-threshold", "2"};
  auto with_words = option;
  with_words.emplace_back("--word-timestamps");

  CHECK_THAT(transcribe(option).err, contains_text("does nothing without --word-timestamps"));
  CHECK(transcribe(with_words).err.empty());
}

TEST_CASE("a server whose model is not there does not start", "[whisper]") {
  const Ended chosen = run({"serve", "--port", "0", "--model", "large"});

  CHECK(chosen.exit_code == 1);
  CHECK_THAT(chosen.err, contains_text("there is no model large"));
}

TEST_CASE("models lists what is on this machine", "[whisper]") {
  const Ended ended = run({"models"});

  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.out, contains_text("tiny.en "));
  CHECK_THAT(ended.out, contains_text("base               /x/base.pt (no vocabulary)\n"));
  CHECK_THAT(ended.err, contains_text("no vocabulary in /x"));
  CHECK(ended.out.find("large") == std::string::npos);
  CHECK(run({"models", "x"}).exit_code == 2);
}
