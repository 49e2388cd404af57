// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/openai_routes.hpp"
#include "app/whisper_app.hpp"
#include "support/recording_sink.hpp"
#include "support/temporary_folder.hpp"
#include <clams/app/app_runner.hpp>
#include <clams/serve/service.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace whisper::testing {

/// A model that says the same about every recording, and counts what is done with it.
struct ToyModel {
  using Recognize = std::function<Transcription(const AudioSource&, const RecognizeOptions&,
                                                const TranscribeEvents&)>;

  ToyModel();

  /// For WhisperApp: models `tiny.en`, its alias `te`, and `base`; `large` is nowhere.
  [[nodiscard]] WhisperApp::MakeBackend backend();

  std::atomic<int> loads = 0;
  Recognize recognize;
  clams::testing::TemporaryFolder folder;  ///< with weights to be hashed
};

/// Two segments with timed words, one of them not ASCII.
[[nodiscard]] Transcription toy_transcription();

/// The app with a toy model and what it needs to run.
struct AppUnderTest {
  explicit AppUnderTest(AppOptions options = {.model = "tiny.en"});

  ToyModel toy;
  clams::testing::RecordingSink log;
  WhisperApp app;
  clams::AppRunner runner;
};

/// An MMIF with a document for each location, such as `audio:/a.wav`.
[[nodiscard]] std::string mmif_with(const std::vector<std::string>& documents);

/// A `multipart/form-data` request with a file `a.wav` and these fields.
[[nodiscard]] clams::http::Request form_request(
    const std::string& path, const std::vector<std::pair<std::string, std::string>>& fields,
    const std::string& file = "RIFF");

}  // namespace whisper::testing
