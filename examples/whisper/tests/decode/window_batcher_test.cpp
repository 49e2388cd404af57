// SPDX-License-Identifier: Apache-2.0
#include "decode/window_batcher.hpp"

#include "decode/support/speaker.hpp"
#include "decode/transcriber.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <string>

namespace {

using namespace whisper;
using namespace whisper::testing;
using namespace std::chrono_literals;

FakeNetwork::Script numbers() {
  std::map<int, Saying> sayings;
  for (int i = 1; i < 9; ++i) sayings[i] = {.tokens = {at_time(0), word(i), at_time(2)}};
  return say(small_tokenizer(), sayings);
}

std::string decode(WindowService& service, const FakeNetwork& network, float sound,
                   DecodingOptions options = {}, const std::function<void()>& check_stop = {}) {
  return service.decode(network.hear({sound}), {&options, 1}, check_stop).front().text;
}

}  // namespace

TEST_CASE("windows of several requests are decoded in one batch", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1h}};
  std::vector<std::unique_ptr<WindowService>> services;
  for (int i = 0; i < 3; ++i) services.push_back(batcher.join());
  std::vector<std::future<std::string>> texts;

  for (std::size_t i = 0; i < 3; ++i) {
    texts.push_back(std::async(std::launch::async, [&, i] {
      return decode(*services[i], network, static_cast<float>(i + 1));
    }));
  }

  CHECK(texts[0].get() == "one");
  CHECK(texts[1].get() == "two");
  CHECK(texts[2].get() == "three");
  CHECK(network.log().rows.front() == 3);
  CHECK(network.log().gathered == 1);
}

TEST_CASE("a full batch does not wait for more", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.batch_size = 2, .longest_wait = 1h}};
  const auto idle = batcher.join();
  const auto one = batcher.join();
  const auto other = batcher.join();

  auto text = std::async(std::launch::async, [&] { return decode(*one, network, 1); });

  CHECK(decode(*other, network, 2) == "two");
  CHECK(text.get() == "one");
  CHECK(network.log().rows.front() == 2);
}

TEST_CASE("a request that is alone waits for nobody", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1h}};
  { const auto gone = batcher.join(); }
  const auto service = batcher.join();

  CHECK(decode(*service, network, 4) == "four");
}

TEST_CASE("after the longest wait a window is decoded without others", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1ms}};
  const auto idle = batcher.join();
  const auto service = batcher.join();

  CHECK(decode(*service, network, 4) == "four");
}

TEST_CASE("windows that are decoded differently do not come together", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1ms}};
  const auto one = batcher.join();
  const auto other = batcher.join();

  auto text =
      std::async(std::launch::async, [&] { return decode(*one, network, 1, {.beam_size = 2}); });

  CHECK(decode(*other, network, 2) == "two");
  CHECK(text.get() == "one");
  CHECK(network.log().gathered == 0);
}

TEST_CASE("windows of different lengths do not come together", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1ms}};
  const auto one = batcher.join();
  const auto other = batcher.join();
  const DecodingOptions options;

  auto text = std::async(std::launch::async, [&] {
    return one->decode(network.hear({1}, 700), {&options, 1}, {}).front().text;
  });

  CHECK(decode(*other, network, 2) == "two");
  CHECK(text.get() == "one");
  CHECK(network.log().gathered == 0);
}

TEST_CASE("several windows of one request come back in their order", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.batch_size = 2, .longest_wait = 1h}};
  const auto service = batcher.join();
  const std::vector<DecodingOptions> options(3);

  const auto results = service->decode(network.hear({3, 2, 1}), options, {});

  REQUIRE(results.size() == 3);
  CHECK(results[0].text == "three");
  CHECK(results[1].text == "two");
  CHECK(results[2].text == "one");
}

TEST_CASE("a request that stops leaves while it waits", "[whisper]") {
  const FakeNetwork network{small_dimensions(), numbers()};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1h}};
  const auto idle = batcher.join();
  const auto service = batcher.join();
  const auto stop = [] { throw std::runtime_error("stopped"); };

  CHECK_THROWS_WITH(decode(*service, network, 1, {}, stop), "stopped");
  CHECK(network.log().prompts.empty());
}

TEST_CASE("a request that stops leaves a running batch, and the others go on", "[whisper]") {
  std::atomic<bool> left = false;
  std::latch running{1};
  const FakeNetwork network{small_dimensions(),
                            [&, script = numbers()](float sound, auto tokens, auto scores) {
                              if (sound == 2 && tokens.size() == 2) {
                                running.count_down();
                                while (!left) std::this_thread::yield();
                              }
                              script(sound, tokens, scores);
                            }};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1h}};
  const auto staying = batcher.join();
  auto leaving = batcher.join();
  auto text = std::async(std::launch::async, [&] { return decode(*staying, network, 2); });

  const auto stop = [&] {
    running.wait();
    throw std::runtime_error("stopped");
  };
  CHECK_THROWS_WITH(decode(*leaving, network, 1, {}, stop), "stopped");
  leaving.reset();
  left = true;

  CHECK(text.get() == "two");
  CHECK(network.log().rows == std::vector<std::size_t>{2, 1, 1});
}

TEST_CASE("a failure is the failure of its own request", "[whisper]") {
  const FakeNetwork network{small_dimensions(),
                            [script = numbers()](float sound, auto tokens, auto scores) {
                              if (sound == 8) throw std::runtime_error("out of memory");
                              script(sound, tokens, scores);
                            }};
  WindowBatcher batcher{network, small_tokenizer(), {.longest_wait = 1h}};
  const auto one = batcher.join();
  const auto other = batcher.join();

  auto text = std::async(std::launch::async, [&] { return decode(*one, network, 1); });

  CHECK_THROWS_WITH(decode(*other, network, 8), "out of memory");
  CHECK(text.get() == "one");
}

TEST_CASE("a transcriber may have its windows decoded with others'", "[whisper]") {
  const FakeNetwork network{
      small_dimensions(),
      say(small_tokenizer(), {{0, {.tokens = {at_time(0), word(1), at_time(2)}}}})};
  WindowBatcher batcher{network, small_tokenizer()};
  const Transcriber transcriber{network, small_tokenizer(), {}};
  const auto transcribe = [&] {
    FakeRecording recording{2000};
    const auto service = batcher.join();
    return transcriber.transcribe(recording, {}, {}, *service).text;
  };
  std::vector<std::future<std::string>> texts;

  for (int i = 0; i < 4; ++i) texts.push_back(std::async(std::launch::async, transcribe));

  for (auto& text : texts) CHECK(text.get() == " one");
}
