// SPDX-License-Identifier: Apache-2.0
#include "decode/temperature_ladder.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"

#include <map>
#include <utility>

namespace {

using namespace whisper;
using namespace whisper::testing;

/// A service that says what a test has put down for a window's seed and temperature.
class ScriptedService final : public WindowService {
 public:
  using Results = std::map<std::pair<int, int>, DecodedWindow>;  // (window, tenths of a degree)
  explicit ScriptedService(Results results) : results_(std::move(results)) {}

  std::vector<DecodedWindow> decode(std::shared_ptr<const AudioFeatures> features,
                                    std::span<const DecodingOptions> options,
                                    const std::function<void()>& /*check_stop*/) override {
    CHECK(features->windows() == options.size());
    std::vector<DecodedWindow> decoded;
    for (const DecodingOptions& one : options) {
      asked.push_back(one);
      const auto tenths = static_cast<int>(one.temperature * 10 + 0.5F);
      decoded.push_back(results_.at({one.prompt.empty() ? 0 : one.prompt[0], tenths}));
    }
    calls.push_back(options.size());
    return decoded;
  }

  std::vector<DecodingOptions> asked;
  std::vector<std::size_t> calls;

 private:
  Results results_;
};

const DecodedWindow kGood{.text = "good", .avg_logprob = -0.3F, .compression_ratio = 1.2F};
const DecodedWindow kGuess{.text = "guess", .avg_logprob = -1.5F, .compression_ratio = 1.2F};
const DecodedWindow kLoop{.text = "loop", .avg_logprob = -0.1F, .compression_ratio = 9};

/// Window n has the prompt {n}.
std::vector<LadderResult> climb(ScriptedService& service, const TranscribeOptions& options,
                                int windows = 1) {
  const FakeNetwork network{small_dimensions(), {}};
  std::vector<DecodingOptions> window_options;
  for (int i = 0; i < windows; ++i) window_options.push_back({.prompt = {i}});
  const auto features = network.hear(std::vector<float>(static_cast<std::size_t>(windows)));
  return TemperatureLadder{network, service, options}.decode(features, window_options, {});
}

}  // namespace

TEST_CASE("a plausible text is taken at the first temperature", "[whisper]") {
  ScriptedService service{{{{0, 0}, kGood}}};

  const auto results = climb(service, {});

  CHECK(results[0].decoded.text == "good");
  CHECK(results[0].plausible);
}

TEST_CASE("loops and guesses are tried again at the next temperature", "[whisper]") {
  ScriptedService service{{{{0, 0}, kLoop}, {{0, 2}, kGuess}, {{0, 4}, kGood}}};

  const auto results = climb(service, {});

  CHECK(results[0].decoded.text == "good");
  CHECK(service.calls.size() == 3);
}

TEST_CASE("beams are for temperature 0, several transcripts for those above", "[whisper]") {
  ScriptedService service{{{{0, 0}, kLoop}, {{0, 2}, kGood}}};

  static_cast<void>(climb(service, {.beam_size = 4, .best_of = 3}));

  REQUIRE(service.asked.size() == 2);
  CHECK(service.asked[0].beam_size == 4);
  CHECK(service.asked[0].best_of == 1);
  CHECK_FALSE(service.asked[1].beam_size);
  CHECK(service.asked[1].best_of == 3);
  CHECK(service.asked[0].seed != service.asked[1].seed);
}

TEST_CASE("if nothing is plausible, the best that does not loop is taken", "[whisper]") {
  DecodedWindow worse_guess = kGuess;
  worse_guess.avg_logprob = -2;
  worse_guess.text = "worse";
  ScriptedService service{{{{0, 0}, kLoop}, {{0, 2}, kGuess}, {{0, 4}, worse_guess}}};

  const auto results = climb(service, {.temperatures = {0, 0.2F, 0.4F}});

  CHECK(results[0].decoded.text == "guess");
  CHECK_FALSE(results[0].plausible);
}

TEST_CASE("if everything loops, what loops least is taken", "[whisper]") {
  DecodedWindow mild = kLoop;
  mild.compression_ratio = 3;
  mild.text = "mild";
  ScriptedService service{{{{0, 0}, kLoop}, {{0, 2}, mild}, {{0, 4}, kLoop}}};

  CHECK(climb(service, {.temperatures = {0, 0.2F, 0.4F}})[0].decoded.text == "mild");
}

TEST_CASE("a guess about silence is not tried again", "[whisper]") {
  DecodedWindow silent = kGuess;
  silent.no_speech_prob = 0.7F;
  ScriptedService service{{{{0, 0}, silent}}};

  CHECK(climb(service, {})[0].plausible);
  CHECK(service.calls.size() == 1);
}

TEST_CASE("thresholds that are switched off judge nothing", "[whisper]") {
  ScriptedService loop{{{{0, 0}, kLoop}}};
  ScriptedService guess{{{{0, 0}, kGuess}}};

  CHECK(climb(loop, {.compression_ratio_threshold = {}})[0].plausible);
  CHECK(climb(guess, {.logprob_threshold = {}})[0].plausible);
}

TEST_CASE("of several windows only the implausible ones are decoded again", "[whisper]") {
  ScriptedService service{{{{0, 0}, kGood},
                           {{1, 0}, kLoop},
                           {{2, 0}, kGood},
                           {{3, 0}, kGuess},
                           {{1, 2}, kGuess},
                           {{3, 2}, kGood},
                           {{1, 4}, kGood}}};

  const auto results = climb(service, {}, 4);

  CHECK(service.calls == std::vector<std::size_t>{4, 2, 1});
  for (const LadderResult& result : results) CHECK(result.decoded.text == "good");
}

TEST_CASE("windows with prompts of unequal length are decoded apart", "[whisper]") {
  ScriptedService service{{{{0, 0}, kGood}, {{1, 0}, kGood}}};
  const FakeNetwork network{small_dimensions(), {}};
  const std::vector<DecodingOptions> windows{{.prompt = {1}}, {.prompt = {}}, {.prompt = {0}}};
  const TranscribeOptions options;

  const auto results =
      TemperatureLadder{network, service, options}.decode(network.hear({1, 2, 3}), windows, {});

  CHECK(service.calls == std::vector<std::size_t>{2, 1});
  CHECK(results.size() == 3);
}

TEST_CASE("silence is what sounds like it and is a guess", "[whisper]") {
  ScriptedService service{{}};
  const FakeNetwork network{small_dimensions(), {}};
  const TranscribeOptions usual;
  const TranscribeOptions off{.no_speech_threshold = {}};
  const TranscribeOptions no_doubts{.logprob_threshold = {}};
  DecodedWindow silent = kGuess;
  silent.no_speech_prob = 0.7F;
  DecodedWindow sure = kGood;
  sure.no_speech_prob = 0.7F;

  CHECK(TemperatureLadder(network, service, usual).is_silence(silent));
  CHECK_FALSE(TemperatureLadder(network, service, usual).is_silence(sure));
  CHECK_FALSE(TemperatureLadder(network, service, usual).is_silence(kGuess));
  CHECK_FALSE(TemperatureLadder(network, service, off).is_silence(silent));
  CHECK(TemperatureLadder(network, service, no_doubts).is_silence(sure));
}
