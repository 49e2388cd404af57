// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/media_settings.hpp>
#include <clams/cli/detail/settings.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <filesystem>
#include <system_error>

namespace clams::detail {

inline constexpr std::array kCommonSettings{
    Setting{"log-level", "CLAMS_LOGLEVEL", "LEVEL",
            "debug, info, warning, error or critical (default: info; with --production and for "
            "annotate: warning)"},
    Setting{"log-format", "CLAMS_LOG_FORMAT", "FORMAT",
            "text for people or json for machines (default: text)"},
    Setting{"media-root", "CLAMS_MEDIA_ROOT", "FOLDER",
            "documents' files must be below this folder; may be given several times, in the "
            "variable with : between (default: any file; but none for a server that other "
            "machines can reach)",
            kMediaRootSeparator},
    Setting{"media-url", "CLAMS_MEDIA_URL", "URL",
            "an app may fetch documents whose location begins with it, such as "
            "https://media.example.org/; may be given several times, in the variable with blanks "
            "between (default: none)",
            kMediaUrlSeparator},
};

inline constexpr std::array kServeSettings{
    Setting{"port", "PORT", "NUMBER", "listen here; 0: any free port (default: 5000)"},
    Setting{"host", "CLAMS_HOST", "ADDRESS",
            "listen at this address; 0.0.0.0 makes the app reachable from other machines (default: "
            "127.0.0.1; with --production inside a container: 0.0.0.0)"},
    Setting{"unix", "CLAMS_UNIX_SOCKET", "PATH", "listen on a Unix socket instead"},
    Setting{"production", "CLAMS_PRODUCTION", "",
            "serve quietly, and inside a container to the outside"},
    Setting{"max-concurrency", "CLAMS_MAX_CONCURRENCY", "NUMBER",
            "requests that run side by side (default: one per processor; "
            "CLAMS_GUNICORN_WORKERS is read too)"},
    Setting{"warm-up", "CLAMS_WARM_UP", "",
            "load the app's models first; until then requests are answered 503"},
    Setting{"max-queue", "CLAMS_MAX_QUEUE", "NUMBER",
            "requests that may wait for a worker; more are answered 503 (default: 64)"},
    Setting{"max-body", "CLAMS_MAX_BODY", "SIZE", "larger bodies are answered 413 (default: 1GiB)"},
    Setting{"max-depth", "CLAMS_MAX_DEPTH", "NUMBER",
            "arrays and objects in a body may be nested this deep, at most 200 (default: 200)"},
    Setting{"accept-gzip", "CLAMS_ACCEPT_GZIP", "",
            "undo bodies with Content-Encoding: gzip, up to --max-body and 100 times their size; "
            "else they are refused"},
    Setting{"http-strict", "CLAMS_HTTP_STRICT", "",
            "answer bad input with 4xx problem+json instead of CLAMS' 500"},
    Setting{"refusal-status", "CLAMS_REFUSAL_STATUS", "NUMBER",
            "answer a request that gets no GPU memory with 503, or with 500 for clients that know "
            "no other (default: 503)"},
    Setting{"token-file", "CLAMS_TOKEN_FILE", "FILE",
            "ask for the bearer token in this file, but at /healthz and /readyz"},
    Setting{"request-timeout", "CLAMS_REQUEST_TIMEOUT", "TIME",
            "stop a request after this time, such as 10m (default: never)"},
    Setting{"max-connections", "CLAMS_MAX_CONNECTIONS", "NUMBER",
            "clients that may be connected; the longest idle one makes room for one more (default: "
            "10000)"},
    Setting{"max-per-client", "CLAMS_MAX_PER_CLIENT", "NUMBER",
            "connections of one address (default: no limit)"},
    Setting{"max-head", "CLAMS_MAX_HEAD", "SIZE",
            "larger request heads are answered 431 (default: 16KiB)"},
    Setting{"max-fields", "CLAMS_MAX_FIELDS", "NUMBER",
            "more header fields are answered 431 (default: 100)"},
    Setting{"max-target", "CLAMS_MAX_TARGET", "SIZE",
            "longer request targets, parameters included, are answered 414 (default: 8KiB)"},
    Setting{"max-incoming", "CLAMS_MAX_INCOMING", "SIZE",
            "of all bodies that are coming in together; beyond it 503 (default: 4GiB)"},
    Setting{"min-rate", "CLAMS_MIN_RATE", "SIZE",
            "give a client up that sends or takes fewer bytes a second (default: 1KiB)"},
    Setting{"rate-grace", "CLAMS_RATE_GRACE", "TIME",
            "look at the rate only after this time (default: 10s)"},
    Setting{"idle-timeout", "CLAMS_IDLE_TIMEOUT", "TIME",
            "close a connection without requests after this time (default: 60s)"},
    Setting{"head-timeout", "CLAMS_HEAD_TIMEOUT", "TIME",
            "answer 408 if a request's head takes longer (default: 10s)"},
    Setting{"body-timeout", "CLAMS_BODY_TIMEOUT", "TIME",
            "answer 408 if a request's body takes longer (default: 10m)"},
    Setting{"stall-timeout", "CLAMS_STALL_TIMEOUT", "TIME",
            "give a client up that sends or takes no byte for this time (default: 30s)"},
    Setting{"drain-timeout", "CLAMS_DRAIN_TIMEOUT", "TIME",
            "on SIGTERM, let running requests end within this time (default: 30s)"},
};

CLAMS_INLINE std::span<const Setting> common_settings() { return kCommonSettings; }
CLAMS_INLINE std::span<const Setting> serve_settings() { return kServeSettings; }

// Inside a container the loopback address reaches nobody; what is let in is decided outside.
CLAMS_INLINE bool is_in_container() {
  std::error_code ignored;  // what cannot be looked at is taken as absent
  return std::filesystem::exists("/.dockerenv", ignored) ||
         std::filesystem::exists("/run/.containerenv", ignored) ||
         Environment::of_process().get("KUBERNETES_SERVICE_HOST").has_value();
}

CLAMS_INLINE int refusal_status(const Settings& settings) {
  const std::string status = settings.text("refusal-status").value_or("503");
  if (status == "503" || status == "500") return status == "503" ? 503 : 500;
  throw Error{ErrorCode::usage, "--refusal-status: '" + status + "' is neither 503 nor 500"};
}

/// A size that is set, or what it is else.
CLAMS_INLINE std::size_t size_or(const Settings& settings, std::string_view name,
                                 std::size_t usual) {
  const auto set = settings.bytes(name);
  return set ? static_cast<std::size_t>(set->count()) : usual;
}

CLAMS_INLINE http::GateOptions gate_options(const Settings& settings) {
  constexpr std::int64_t kMostConnections = 1000000;
  http::GateOptions options;
  options.max_connections =
      static_cast<std::size_t>(settings.number("max-connections", 1, kMostConnections)
                                   .value_or(static_cast<std::int64_t>(options.max_connections)));
  options.max_per_client =
      static_cast<std::size_t>(settings.number("max-per-client", 1, kMostConnections).value_or(0));
  constexpr std::int64_t kMostFields = 10000;
  options.max_head = size_or(settings, "max-head", options.max_head);
  options.max_target = size_or(settings, "max-target", options.max_target);
  options.max_fields =
      static_cast<std::size_t>(settings.number("max-fields", 1, kMostFields)
                                   .value_or(static_cast<std::int64_t>(options.max_fields)));
  options.max_buffered = size_or(settings, "max-incoming", options.max_buffered);
  options.slowest = size_or(settings, "min-rate", options.slowest);
  options.slow_grace = settings.duration("rate-grace").value_or(options.slow_grace);
  options.idle = settings.duration("idle-timeout").value_or(options.idle);
  options.head = settings.duration("head-timeout").value_or(options.head);
  options.body = settings.duration("body-timeout").value_or(options.body);
  options.stall = settings.duration("stall-timeout").value_or(options.stall);
  return options;
}

CLAMS_INLINE http::ServerOptions server_options(const Settings& settings) {
  constexpr std::int64_t kMostWorkers = 4096;
  constexpr std::int64_t kMostWaiting = 1000000;
  http::ServerOptions options;
  if (settings.is_on("production") && is_in_container()) options.host = "0.0.0.0";
  options.host = settings.text("host").value_or(options.host);
  options.port = static_cast<int>(settings.number("port", 0, 65535).value_or(options.port));
  options.unix_socket = settings.text("unix").value_or("");
  options.drain_timeout = settings.duration("drain-timeout").value_or(options.drain_timeout);
  options.gate = gate_options(settings);
  auto& service = options.service;
  service.workers =
      static_cast<std::size_t>(settings.number("max-concurrency", 1, kMostWorkers).value_or(0));
  service.queue_limit =
      static_cast<std::size_t>(settings.number("max-queue", 0, kMostWaiting)
                                   .value_or(static_cast<std::int64_t>(service.queue_limit)));
  service.max_body = settings.bytes("max-body").value_or(service.max_body);
  service.max_depth =
      static_cast<int>(settings.number("max-depth", 1, JsonReader::kDepthLimit).value_or(200));
  service.accept_gzip = settings.is_on("accept-gzip");
  if (settings.is_on("http-strict")) service.error_style = http::ErrorStyle::problem;
  service.warm_up = settings.is_on("warm-up");
  service.memory_refusal_status = refusal_status(settings);
  service.token_file = settings.text("token-file").value_or("");
  service.request_timeout = settings.duration("request-timeout");
  return options;
}

CLAMS_INLINE LogOptions log_options(const Settings& settings, LogLevel usual) {
  LogOptions options;
  options.level = settings.log_level("log-level").value_or(usual);
  const std::string format = settings.text("log-format").value_or("text");
  if (format != "text" && format != "json") {
    throw Error{ErrorCode::usage, "log format '" + format + "' is neither text nor json"};
  }
  options.format = format == "json" ? LogFormat::json : LogFormat::text;
  return options;
}

}  // namespace clams::detail
