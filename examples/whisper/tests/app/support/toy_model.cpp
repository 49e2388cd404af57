// SPDX-License-Identifier: Apache-2.0
#include "app/support/toy_model.hpp"

#include <clams/mmif/source.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/hash.hpp>

#include <utility>

namespace whisper::testing {

namespace {

/// Ownership: borrows the toy.
/// Threads: as the toy's function.
/// Errors: as the toy's function.
class ToySpeech final : public SpeechToText {
 public:
  explicit ToySpeech(const ToyModel& toy) : toy_(toy) {}

  [[nodiscard]] Transcription recognize(const AudioSource& source, const RecognizeOptions& options,
                                        const TranscribeEvents& events) const override {
    return toy_.recognize(source, options, events);
  }

 private:
  const ToyModel& toy_;
};

Dimensions tiny_dimensions() {
  return {.mels = 80,
          .audio_context = 1500,
          .audio_width = 384,
          .audio_heads = 6,
          .audio_layers = 4,
          .vocabulary = 51864,
          .text_context = 448,
          .text_width = 384,
          .text_heads = 6,
          .text_layers = 4};
}

Segment segment_of(int id, std::vector<Word> words) {
  Segment segment{.id = id, .start = words.front().start, .end = words.back().end};
  for (const Word& word : words) segment.text += word.word;
  segment.words = std::move(words);
  return segment;
}

}  // namespace

Transcription toy_transcription() {
  Transcription transcription{.language = "en", .duration = 3.5};
  transcription.segments = {segment_of(0, {{" Hello", 0, 0.42, 0.9F},
                                           {" wide", 0.5, 0.875, 0.9F},
                                           {" world.", 1.0, 1.999, 0.9F}}),
                            segment_of(1, {{" Second", 2.25, 2.5, 0.9F},
                                           {" segment", 2.5, 3.0, 0.9F},
                                           {" h\u00e9re.", 3.1, 3.3, 0.9F}})};
  for (const Segment& segment : transcription.segments) transcription.text += segment.text;
  return transcription;
}

ToyModel::ToyModel()
    : recognize([](const AudioSource&, const RecognizeOptions&, const TranscribeEvents& events) {
        const Transcription transcription = toy_transcription();
        for (const Segment& segment : transcription.segments) {
          if (events.on_segment) events.on_segment(segment);
          if (events.on_progress) events.on_progress(segment.end, transcription.duration);
        }
        return transcription;
      }) {
  clams::write_file_atomically(folder.path() / "model.bin", "weights");
}

WhisperApp::MakeBackend ToyModel::backend() {
  return [this](const AppOptions&) {
    ModelBackend backend{.names = {"tiny.en", "te", "base", "large"}};
    backend.describe = [this](const std::string& model) {
      if (model == "large") {
        throw clams::Error{clams::ErrorCode::not_found, "there is no model large"};
      }
      const std::string name = model == "te" ? "tiny.en" : model;
      return ModelFacts{.name = name,
                        .path = folder.path() / name,
                        .dimensions = tiny_dimensions(),
                        .weights = {folder.path() / "model.bin"}};
    };
    backend.load = [this](const ModelFacts&, const NetworkOptions&) {
      ++loads;
      return std::make_shared<ToySpeech>(*this);
    };
    backend.sees_gpus = [] { return true; };
    backend.hash = [](const auto& weights) {
      return clams::sha256_hex(clams::read_file(weights.front()));
    };
    return backend;
  };
}

AppUnderTest::AppUnderTest(AppOptions options)
    : app((toy.backend())),
      runner((app.configure(std::move(options)), app),
             {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
              .folder = "/",
              .log = {.level = clams::LogLevel::debug, .sink = &log}}) {}

std::string mmif_with(const std::vector<std::string>& documents) {
  static const clams::testing::TemporaryFolder folder;  // the toy hears nothing, but files must be
  std::vector<std::string> real;
  for (const std::string& document : documents) {
    const auto path = document.find('/');
    std::string file = document.substr(path);
    if (!std::filesystem::exists(file)) {
      file = folder.path().string() + file;
      clams::write_file_atomically(file, "");
    }
    real.push_back(document.substr(0, path) + file);
  }
  return clams::make_source(real).serialize();
}

clams::http::Request form_request(const std::string& path,
                                  const std::vector<std::pair<std::string, std::string>>& fields,
                                  const std::string& file) {
  std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n" + file;
  for (const auto& [name, value] : fields) {
    body += "\r\n--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value;
  }
  return {.method = "POST",
          .path = path,
          .headers = {{"content-type", "multipart/form-data; boundary=B"}},
          .body = body + "\r\n--B--\r\n"};
}

}  // namespace whisper::testing
