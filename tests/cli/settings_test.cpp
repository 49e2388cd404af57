// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/detail/command_line.hpp>
#include <clams/cli/detail/media_settings.hpp>
#include <clams/cli/detail/memory_settings.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

using clams::Environment;
using clams::detail::Command;
using clams::detail::CommandLine;
using clams::detail::media_options;
using clams::detail::memory_options;
using clams::detail::served_media;
using clams::detail::server_options;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;

namespace {

CommandLine parse(const std::vector<std::string>& arguments,
                  Environment::Variables variables = {}) {
  return clams::detail::parse_command_line(clams::testing::test_metadata(), "app", arguments,
                                           Environment{std::move(variables)});
}

std::string config_file(const TemporaryFolder& folder, const std::string& text) {
  const auto path = folder.path() / "app.toml";
  clams::write_file_atomically(path, text);
  return path.string();
}

}  // namespace

TEST_CASE("without a command the app is served", "[cli]") {
  CHECK(parse({}).command == Command::serve);
  CHECK(parse({"--production"}).command == Command::serve);
  CHECK(server_options(parse({"--production", "--port", "8080"}).settings).port == 8080);
  CHECK(server_options(parse({"--port=8080"}).settings).port == 8080);
  CHECK(server_options(parse({"--port", "8080", "serve"}).settings).port == 8080);
}

TEST_CASE("each command is told apart from values that look like one", "[cli]") {
  CHECK(parse({"serve", "--unix", "metadata"}).command == Command::serve);
  CHECK(parse({"metadata", "--pretty"}).pretty);
  CHECK(parse({"--log-format", "json", "annotate", "--x", "serve"}).command == Command::annotate);
  CHECK(parse({"annotate", "--x", "serve"}).rest == std::vector<std::string>{"--x", "serve"});
  CHECK(parse({"--version"}).command == Command::version);
  CHECK(parse({"--help"}).command == Command::help);
}

TEST_CASE("a flag goes before the environment, and that before the file", "[cli]") {
  const TemporaryFolder folder;
  const std::string file =
      config_file(folder, "port = 1\nmax-concurrency = 1\nmax-queue = 1 # a comment\n");
  const Environment::Variables variables{{"PORT", "2"}, {"CLAMS_MAX_CONCURRENCY", "2"}};

  const auto options =
      server_options(parse({"--config", file, "serve", "--port", "3"}, variables).settings);

  CHECK(options.port == 3);
  CHECK(options.service.workers == 2);
  CHECK(options.service.queue_limit == 1);
}

TEST_CASE("the variable of clams-python's containers sets the workers", "[cli]") {
  const Environment::Variables both{{"CLAMS_GUNICORN_WORKERS", "3"},
                                    {"CLAMS_MAX_CONCURRENCY", "2"}};

  CHECK(server_options(parse({}, {{"CLAMS_GUNICORN_WORKERS", "3"}}).settings).service.workers == 3);
  CHECK(server_options(parse({}, both).settings).service.workers == 2);
}

TEST_CASE("every server option can be set", "[cli]") {
  const auto options = server_options(
      parse({"serve", "--host", "::1", "--unix", "/s", "--max-body", "2MiB", "--http-strict",
             "--token-file", "/t", "--request-timeout", "5m", "--drain-timeout", "500ms"})
          .settings);

  CHECK(options.host == "::1");
  CHECK(options.unix_socket == "/s");
  CHECK(options.service.max_body == clams::Bytes{2 << 20});
  CHECK(options.service.error_style == clams::http::ErrorStyle::problem);
  CHECK(options.service.token_file == "/t");
  CHECK(options.service.request_timeout == std::chrono::minutes{5});
  CHECK(options.drain_timeout == std::chrono::milliseconds{500});
  CHECK(server_options(parse({}).settings).host == "127.0.0.1");
}

TEST_CASE("every limit of clients can be set", "[cli]") {
  const auto options =
      server_options(parse({"--max-head", "4KiB", "--max-fields", "20", "--max-target", "1KiB",
                            "--max-incoming", "1GiB", "--min-rate", "64KiB", "--rate-grace", "2s",
                            "--max-depth", "50", "--accept-gzip", "--max-per-client", "7"})
                         .settings);

  CHECK(options.gate.max_head == 4096);
  CHECK(options.gate.max_fields == 20);
  CHECK(options.gate.max_target == 1024);
  CHECK(options.gate.max_buffered == 1U << 30U);
  CHECK(options.gate.slowest == 65536);
  CHECK(options.gate.slow_grace == std::chrono::seconds{2});
  CHECK(options.gate.max_per_client == 7);
  CHECK(options.service.max_depth == 50);
  CHECK(options.service.accept_gzip);
  CHECK_THROWS_WITH(server_options(parse({"--max-depth", "201"}).settings), contains_text("200"));
  CHECK(server_options(parse({}).settings).service.max_depth == 200);
}

TEST_CASE("an unknown key of the file is refused by name", "[cli]") {
  const TemporaryFolder folder;

  CHECK_THROWS_WITH(parse({"--config", config_file(folder, "prot = 1\n")}),
                    contains_text("unknown key prot; did you mean port?"));
  CHECK_THROWS_WITH(parse({"--config", (folder.path() / "none").string()}), contains_text("none"));
}

TEST_CASE("a value that cannot be is refused with the name of who set it", "[cli]") {
  const auto port = [](const CommandLine& line) { return server_options(line.settings).port; };

  CHECK_THROWS_WITH(port(parse({"--port", "abc"})),
                    contains_text("--port: 'abc' is not a number from 0 to 65535"));
  CHECK_THROWS_WITH(port(parse({"--port", "70000"})), contains_text("65535"));
  CHECK_THROWS_WITH(port(parse({}, {{"PORT", "x"}})), contains_text("variable PORT"));
  CHECK_THROWS_WITH(port(parse({"--drain-timeout", "soon"})), contains_text("30s"));
  CHECK_THROWS_WITH(port(parse({"--max-body", "big"})), contains_text("64MiB"));
  CHECK_THROWS_WITH(port(parse({}, {{"CLAMS_HTTP_STRICT", "maybe"}})),
                    contains_text("true or false"));
}

TEST_CASE("a log level that is none is refused with those there are", "[cli]") {
  const auto level = [](const CommandLine& line) {
    return clams::detail::log_options(line.settings, clams::LogLevel::info).level;
  };

  CHECK_THROWS_WITH(level(parse({"--log-level", "loud"})),
                    "--log-level: 'loud' is not debug, info, warning, error or critical");
  CHECK_THROWS_WITH(level(parse({"--log-level", "warnin"})),
                    contains_text("; did you mean warning?"));
  CHECK(level(parse({"--log-level", "DEBUG"})) == clams::LogLevel::debug);
  CHECK(level(parse({})) == clams::LogLevel::info);
  CHECK(level(parse({}, {{"CLAMS_LOGLEVEL", "loud"}})) == clams::LogLevel::warning);
}

TEST_CASE("a misspelt option is answered with the nearest one", "[cli]") {
  CHECK_THROWS_WITH(parse({"--prot", "80"}), contains_text("--prot; did you mean --port?"));
  CHECK_THROWS_WITH(parse({"serv"}), contains_text("serv; did you mean serve?"));
  CHECK_THROWS_WITH(parse({"--port", "80", "serv"}), contains_text("did you mean serve?"));
  CHECK_THROWS_AS(parse({"metadata", "--port", "1"}), clams::Error);
}

TEST_CASE("every option of GPU memory can be set", "[cli]") {
  const auto options = memory_options(
      parse({"--admission-timeout", "5s",          "--on-busy",         "reject",
             "--on-unknown",        "allow",       "--placement",       "round_robin",
             "--max-per-gpu",       "4",           "--margin",          "2GiB",
             "--keep-alive",        "1m",          "--ladder-patience", "2s",
             "--factor-recorded",   "1.5",         "--factor-rule",     "0.5",
             "--profile-dir",       "/p",          "--profile-seed",    "/s",
             "--ledger-dir",        "/l",          "--pin-to",          "GPU-12",
             "--memory-cap",        "8GiB,1=4GiB", "--leave-free",      "GPU-12=2G"})
          .settings);

  CHECK(options.admission_timeout == std::chrono::seconds{5});
  CHECK(options.on_busy == clams::BusyPolicy::reject);
  CHECK(options.on_unknown == clams::UnknownPolicy::allow);
  CHECK(options.placement == clams::PlacementPolicy::round_robin);
  CHECK(options.max_per_gpu == 4);
  CHECK(options.margin == clams::parse_bytes("2GiB"));
  CHECK(options.keep_alive == std::chrono::minutes{1});
  CHECK(options.ladder_patience == std::chrono::seconds{2});
  CHECK(options.factors.recorded == 1.5);
  CHECK(options.factors.rule == 0.5);
  CHECK(options.profile_dir == "/p");
  CHECK(options.profile_seeds == std::vector<std::filesystem::path>{"/s"});
  CHECK(options.ledger_dir == "/l");
  CHECK(options.pin_to == "GPU-12");
  CHECK(options.caps.of(0, "GPU-12-34") == clams::parse_bytes("8GiB"));
  CHECK(options.caps.of(1, "GPU-12-34") == clams::parse_bytes("4GiB"));
  CHECK(options.leave_free.of(0, "GPU-12-34") == clams::parse_bytes("2GiB"));
  CHECK_FALSE(options.leave_free.of(0, "GPU-99"));
}

TEST_CASE("a wrong option of GPU memory is refused with what would be right", "[cli]") {
  CHECK_THROWS_WITH(memory_options(parse({"--placement", "best"}).settings),
                    "--placement: 'best' is none of: best_fit, round_robin, least_loaded, pinned");
  CHECK_THROWS_WITH(memory_options(parse({"--memory-cap", "0=much"}).settings),
                    contains_text("--memory-cap: \"much"));
  CHECK_THROWS_WITH(memory_options(parse({"--factor-rule", "2"}).settings),
                    "--factor-rule: '2' is not a number from 0.01 to 1");
  CHECK_FALSE(memory_options(parse({"--margin", "auto"}).settings).margin.has_value());
}

TEST_CASE("media roots may be given several times, wherever settings come from", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = config_file(folder, "media-root = [\"/a\", \"/b\"]\n");
  const std::vector<std::filesystem::path> both{"/a", "/b"};

  CHECK(media_options(parse({"--media-root", "/a", "--media-root=/b"}).settings).roots == both);
  CHECK(media_options(parse({}, {{"CLAMS_MEDIA_ROOT", "/a:/b"}}).settings).roots == both);
  CHECK(media_options(parse({"--config", file}).settings).roots == both);
  CHECK(media_options(parse({"--media-root", "/a", "annotate"}).settings).roots.size() == 1);
  CHECK(media_options(parse({"--media-url", "https://a/", "--media-url", "https://b/"}).settings)
            .urls == std::vector<std::string>{"https://a/", "https://b/"});
}

TEST_CASE("a server that other machines can reach opens no files unless it is told which",
          "[cli]") {
  const auto closed = [](const std::vector<std::string>& arguments) {
    const CommandLine line = parse(arguments);
    return served_media(line.settings, server_options(line.settings)).closed_because;
  };

  CHECK(closed({}).empty());
  CHECK(closed({"--host", "::1"}).empty());
  CHECK(closed({"--host", "0.0.0.0", "--unix", "/run/app"}).empty());
  CHECK(closed({"--host", "0.0.0.0", "--media-root", "/"}).empty());
  CHECK_THAT(closed({"--host", "0.0.0.0"}), contains_text("--media-root FOLDER"));
  CHECK_THAT(closed({"--host", "example.org"}), contains_text("CLAMS_MEDIA_ROOT"));
}
