// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_app.hpp"

#include "app/support/toy_model.hpp"
#include "support/catch.hpp"
#include <clams/mmif/vocabulary.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/error.hpp>
#include <clams/util/hash.hpp>

#include <algorithm>
#include <barrier>
#include <filesystem>
#include <stop_token>
#include <thread>
#include <unistd.h>

using clams::RunOutcome;
using clams::testing::contains_text;
using whisper::testing::AppUnderTest;
using whisper::testing::mmif_with;
namespace types = clams::types;

namespace {

clams::RawParameters with(const std::string& name, const std::string& value) {
  clams::RawParameters raw;
  raw.add(name, value);
  return raw;
}

clams::Mmif annotate(AppUnderTest& test, const std::vector<std::string>& documents,
                     const clams::RawParameters& raw = {}) {
  const auto result = test.runner.annotate(mmif_with(documents), raw);
  CHECK(result.outcome == RunOutcome::annotated);
  return clams::Mmif::parse(result.mmif);
}

}  // namespace

TEST_CASE("a transcript is written as the Python app writes it", "[whisper]") {
  AppUnderTest test;

  clams::Mmif mmif = annotate(test, {"audio:/a.wav"});

  clams::View& view = *mmif.views().begin();
  CHECK((*view.contains_entry(types::kTextDocument))["@lang"] == "en");
  CHECK((*view.contains_entry(types::kTimeFrame))["timeUnit"] == "milliseconds");
  CHECK((*view.contains_entry(types::kTimeFrame))["document"] == "d1");
  CHECK(view.documents().front()->text() == "Hello wide world. Second segment h\u00e9re.");
  const auto tokens = view.annotations(types::kToken);
  REQUIRE(tokens.size() == 6);
  CHECK(*tokens[5]->find("text") == "h\u00e9re.");
  CHECK(*tokens[5]->find("start") == 33);
  CHECK(*tokens[5]->find("end") == 38);
  const auto frames = view.annotations(types::kTimeFrame);
  CHECK(*frames[1]->find("start") == 500);
  CHECK(*frames[1]->find("end") == 875);
  CHECK(*frames[2]->find("end") == 1999);
  CHECK(view.annotations(types::kSentence).size() == 2);
  CHECK(view.annotations(types::kAlignment).size() == 7);
}

TEST_CASE("a view tells the model, its hash and the process", "[whisper]") {
  AppUnderTest test;

  clams::RawParameters raw = with("model", "te");
  raw.add("computeType", "float32");

  clams::Mmif mmif = annotate(test, {"audio:/a.wav"}, raw);

  const clams::View& view = *mmif.views().begin();
  const auto& configuration = view.app_configuration();
  CHECK(configuration["model"] == "te");
  CHECK(configuration["modelName"] == "tiny.en");
  CHECK(configuration["modelSha256"] == clams::sha256_hex("weights"));
  CHECK(configuration["modelComputeType"] == "float32");
  CHECK(view.metadata()["appProfiling"]["worker_pid"] == ::getpid());
}

TEST_CASE("each audio document has a view; videos are read where there is no audio", "[whisper]") {
  AppUnderTest test;

  CHECK(annotate(test, {"audio:/a.wav", "video:/b.mp4", "audio:/c.wav"}).views().size() == 2);
  CHECK(annotate(test, {"video:/b.mp4"}).views().size() == 1);
}

TEST_CASE("a model under two paths is loaded once", "[whisper]") {
  AppUnderTest test;
  const auto& models = test.toy.folder.path();
  std::filesystem::create_directory(models / "tiny.en");
  std::filesystem::create_directory_symlink(models / "tiny.en", models / "base");

  CHECK(annotate(test, {"audio:/a.wav"}, with("model", "tiny.en")).views().size() == 1);
  CHECK(annotate(test, {"audio:/a.wav"}, with("model", "base")).views().size() == 1);

  CHECK(test.toy.loads == 1);
}

TEST_CASE("a document that fails gets a view that says why, and the others go on", "[whisper]") {
  AppUnderTest test;
  test.toy.recognize = [](const auto& source, const auto&, const auto&) {
    if (source.name == "document d1") {
      throw clams::Error{clams::ErrorCode::invalid_input, source.name + ": broken"};
    }
    return whisper::testing::toy_transcription();
  };

  clams::Mmif mmif = annotate(test, {"audio:/a.wav", "audio:/b.wav"});
  const auto alone = test.runner.annotate(mmif_with({"audio:/a.wav"}));

  REQUIRE(mmif.views().size() == 2);
  int errors = 0;
  for (const clams::View& view : mmif.views()) {
    if (!view.has_error()) continue;
    ++errors;
    CHECK(view.error()->message == "document d1: broken");
  }
  CHECK(errors == 1);
  CHECK_THAT(test.log.text(), contains_text("document d1: broken (file:///"));
  CHECK(alone.outcome == RunOutcome::app_failed);
  CHECK_THAT(alone.problem, contains_text("broken"));
}

TEST_CASE("the language is recorded as asked for, else as detected", "[whisper]") {
  AppUnderTest test;
  const auto language_of = [&](const clams::RawParameters& raw) {
    clams::Mmif mmif = annotate(test, {"audio:/a.wav"}, raw);
    return mmif.views().begin()->documents().front()->language();
  };

  CHECK(language_of({}) == "en");
  CHECK(language_of(with("language", "de-AT")) == "de-AT");
  const auto unknown = test.runner.annotate(mmif_with({"audio:/a.wav"}), with("language", "xx"));
  CHECK(unknown.outcome == RunOutcome::parameters_refused);
  CHECK_THAT(unknown.problem, contains_text("unsupported language code: xx"));
}

TEST_CASE("parameters reach the recogniser", "[whisper]") {
  AppUnderTest test;
  whisper::RecognizeOptions seen;
  test.toy.recognize = [&](const auto&, const auto& options, const auto&) {
    seen = options;
    return whisper::testing::toy_transcription();
  };
  clams::RawParameters raw;
  raw.add("task", "translate");
  raw.add("beamSize", "3");
  raw.add("temperature", "0,0.4");
  raw.add("conditionOnPreviousText", "False");
  raw.add("vad", "true");

  (void)annotate(test, {"audio:/a.wav"}, raw);

  CHECK(seen.transcribe.task == whisper::Task::translate);
  CHECK(seen.transcribe.beam_size == 3);
  CHECK(seen.transcribe.temperatures == std::vector<float>{0.0F, 0.4F});
  CHECK_FALSE(seen.transcribe.condition_on_previous_text);
  CHECK(seen.transcribe.word_timestamps);
  CHECK(seen.voice_filter);
}

TEST_CASE("seventeen requests at once share one copy of the model", "[whisper]") {
  AppUnderTest test;
  constexpr int kRequests = 17;
  std::barrier together{kRequests};
  test.toy.recognize = [&](const auto&, const auto&, const auto&) {
    together.arrive_and_wait();  // returns only if all of them run side by side
    return whisper::testing::toy_transcription();
  };

  {
    std::vector<std::jthread> requests;
    for (int i = 0; i < kRequests; ++i) {
      requests.emplace_back([&] { (void)test.runner.annotate(mmif_with({"audio:/a.wav"})); });
    }
  }

  CHECK(test.toy.loads == 1);
}

TEST_CASE("a request that is cancelled ends at the recogniser's next question", "[whisper]") {
  AppUnderTest test;
  std::stop_source stop;
  test.toy.recognize = [&](const auto&, const auto&, const auto& events) {
    stop.request_stop();
    events.check_stop();
    return whisper::testing::toy_transcription();
  };

  CHECK_THROWS_WITH(
      test.runner.annotate(mmif_with({"audio:/a.wav"}), {}, {.stop = stop.get_token()}),
      contains_text("cancelled"));
}

TEST_CASE("what a request needs on a GPU follows from model, type, beams and batch", "[whisper]") {
  AppUnderTest test;
  const auto needs = [&](const clams::RawParameters& raw) {
    return test.app.model_requirements(
        clams::refine_parameters(test.runner.metadata().parameters, raw));
  };

  const auto plain = needs({});
  const auto batched = needs(with("batchSize", "8"));
  const auto int8 = needs(with("computeType", "int8"));

  REQUIRE(plain.rungs().size() == 2);
  CHECK_THAT(plain.rungs()[0].models[0].key, contains_text("tiny.en|float16"));
  CHECK(plain.rungs()[1].name == "int8");
  CHECK(*batched.rungs()[0].models[0].working_at_first >
        *plain.rungs()[0].models[0].working_at_first);
  REQUIRE(int8.rungs().size() == 1);
  CHECK(*int8.rungs()[0].models[0].resident < *plain.rungs()[0].models[0].resident);
}

TEST_CASE("peaks on GPUs are kept apart by the weights behind a model's name", "[whisper]") {
  AppUnderTest test;
  AppUnderTest other;
  clams::write_file_atomically(other.toy.folder.path() / "model.bin", "other weights");
  const auto parameters = clams::refine_parameters(test.runner.metadata().parameters, {});
  const auto fingerprint = [&](const AppUnderTest& of) {
    return of.app.model_requirements(parameters).rungs().front().models.front().fingerprint;
  };

  CHECK(fingerprint(test) == clams::sha256_hex("weights"));
  CHECK(fingerprint(other) == clams::sha256_hex("other weights"));
}

TEST_CASE("on the processor nothing is asked of GPUs", "[whisper]") {
  AppUnderTest test{{.model = "tiny.en", .device = whisper::DeviceChoice::processor}};
  const auto parameters = clams::refine_parameters(test.runner.metadata().parameters, {});

  const auto needs = test.app.model_requirements(parameters);

  REQUIRE(needs.rungs().size() == 1);
  CHECK(needs.rungs()[0].models.empty());
  CHECK(test.app.make_peak_meter() == nullptr);
}

TEST_CASE("a model that is not here has no plan, with GPUs or without", "[whisper]") {
  for (const auto device : {whisper::DeviceChoice::automatic, whisper::DeviceChoice::processor}) {
    AppUnderTest test{{.model = "large", .device = device}};
    const auto parameters = clams::refine_parameters(test.runner.metadata().parameters, {});

    CHECK_THROWS_WITH(test.app.model_requirements(parameters), contains_text("large"));
  }
}

TEST_CASE("a request's model is a choice to the letter, an option's is not", "[whisper]") {
  AppUnderTest test{{.model = "TINY.EN"}};

  const auto capitals = test.runner.annotate(mmif_with({"audio:/a.wav"}), with("model", "TE"));

  CHECK(test.app.default_model() == "tiny.en");
  CHECK(annotate(test, {"audio:/a.wav"}, with("model", "te")).views().size() == 1);
  CHECK(capitals.outcome == RunOutcome::parameters_refused);
  CHECK_THAT(capitals.problem, contains_text("must be one of ['tiny.en', 'te'"));
}

TEST_CASE("a GPU that is asked for and not there is an error", "[whisper]") {
  AppUnderTest test{{.model = "tiny.en", .device = whisper::DeviceChoice::gpu}};

  CHECK_THROWS_WITH(test.runner.annotate(mmif_with({"audio:/a.wav"})), contains_text("no GPU"));
}

TEST_CASE("a model by its path is offered to requests by its name only", "[whisper]") {
  AppUnderTest test{{.model = "/models/mine.en/"}};

  const auto names = test.app.model_names();

  CHECK(test.app.default_model() == "mine.en");
  CHECK(std::find(names.begin(), names.end(), "mine.en") != names.end());
  CHECK(test.runner.metadata().parameters.front().default_value == "mine.en");
  CHECK(test.app.describe("mine.en").name == "/models/mine.en/");  // as the backend was asked
}

TEST_CASE("a warm-up loads the model", "[whisper]") {
  AppUnderTest test;

  test.runner.warm_up();
  (void)annotate(test, {"audio:/a.wav"});

  CHECK(test.toy.loads == 1);
}
