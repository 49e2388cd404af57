// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/recording_sink.hpp"
#include <clams/util/json.hpp>
#include <clams/util/log.hpp>
#include <clams/util/manual_clock.hpp>

#include <regex>
#include <thread>

using clams::LogFormat;
using clams::Logger;
using clams::LogLevel;
using clams::testing::RecordingSink;

TEST_CASE("a text line has time, logger, level, thread and message", "[util]") {
  RecordingSink kept;
  const Logger logger{"http://apps.clams.ai/x/v1", {.sink = &kept}};

  logger.warning("careful now");

  REQUIRE(kept.lines().size() == 1);
  const std::regex form{
      R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d http://apps\.clams\.ai/x/v1 WARNING  \d+ careful now\n)"};
  CHECK(std::regex_match(kept.lines().front(), form));
}

TEST_CASE("messages below the level are dropped", "[util]") {
  RecordingSink kept;
  const Logger logger{"x", {.level = LogLevel::error, .sink = &kept}};

  logger.debug("a");
  logger.info("b");
  logger.warning("c");
  logger.error("d");
  logger.critical("e");

  CHECK(kept.lines().size() == 2);
  CHECK_FALSE(logger.writes(LogLevel::warning));
}

TEST_CASE("level names are known in any case, others mean warning", "[util]") {
  CHECK(clams::parse_log_level("debug") == LogLevel::debug);
  CHECK(clams::parse_log_level("Info") == LogLevel::info);
  CHECK(clams::parse_log_level("CRITICAL") == LogLevel::critical);
  CHECK(clams::parse_log_level("chatty") == LogLevel::warning);
  CHECK(clams::parse_log_level("") == LogLevel::warning);
}

TEST_CASE("no message can forge a line or drive a terminal", "[util]") {
  RecordingSink kept;
  const Logger logger{"x", {.sink = &kept}};

  logger.error("a\r\nb\x1b[31m\xc2\x9b\xff\tc");

  const std::string line = kept.lines().front();
  CHECK(line.find("a\\r\\nb\\x1b[31m\\x9b\uFFFD\tc\n") != std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("a machine reads one JSON object a line, with the request's id", "[util]") {
  RecordingSink kept;
  const clams::ManualClock clock;
  const Logger logger{"app", {.format = LogFormat::json, .sink = &kept, .clock = &clock}};

  logger.with_request_id("r-1").error("line one\nline \"two\"\xff");
  logger.error("no request");

  const auto first = clams::parse_json(kept.lines().at(0));
  CHECK(first == clams::parse_json(R"({"ts": "2026-01-01T00:00:00Z", "level": "ERROR",
      "logger": "app", "request_id": "r-1", "message": "line one\nline \"two\"\ufffd"})"));
  CHECK_FALSE(clams::parse_json(kept.lines().at(1)).contains("request_id"));
}

TEST_CASE("the text lines of a request carry its id", "[util]") {
  RecordingSink kept;
  const Logger logger{"x", {.sink = &kept}};

  logger.with_request_id("r-7").warning("hello");

  CHECK(kept.lines().front().find(" [r-7] hello\n") != std::string::npos);
}

TEST_CASE("threads that log at once do not lose or mix lines", "[util]") {
  RecordingSink kept;
  const Logger logger{"x", {.sink = &kept}};
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&logger] {
        for (int i = 0; i < 100; ++i) logger.warning("message");
      });
    }
  }

  CHECK(kept.lines().size() == 400);
}
