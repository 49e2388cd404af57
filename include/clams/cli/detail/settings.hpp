// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/server_options.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// One thing that can be set by a flag, a variable of the environment, or a line of the
/// configuration file.
struct Setting {
  std::string_view name;         ///< `port`: flag `--port`, key `port`
  std::string_view variable;     ///< `PORT`
  std::string_view placeholder;  ///< `NUMBER`; empty: it is on or off
  std::string_view meaning;      ///< for --help
  /// Between the values of one that may be given several times; none: it has one value.
  char separator = '\0';
};

/// Those that every command knows.
[[nodiscard]] std::span<const Setting> common_settings();
/// Those of `serve`.
[[nodiscard]] std::span<const Setting> serve_settings();

/// What was set, as text, and by whom. What stands earlier wins: flag, environment, file.
///
/// Ownership: a value.
/// Threads: confined while it is filled, immutable afterwards.
/// Errors: the typed readers throw Error usage naming the setting, the value and what would be
/// right.
class Settings {
 public:
  /// Sets it, unless somebody has. @param source names it in messages: `--port`, `variable PORT`.
  void offer(std::string_view name, std::string value, std::string source);

  /// Takes what the environment has for the given settings; empty variables do not count.
  void offer_environment(std::span<const Setting> known, const Environment& environment);

  /// Takes the lines of a configuration file (`key = value`, `#` comments).
  /// @throws Error usage for a key that is not known, by name.
  void offer_file(const std::string& path, std::span<const std::span<const Setting>> known);

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// The values of a setting that may be given several times.
  [[nodiscard]] std::vector<std::string> list(std::string_view name, char separator) const;
  [[nodiscard]] bool is_on(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                                   std::int64_t most) const;
  /// A number with decimals.
  [[nodiscard]] std::optional<double> real(std::string_view name, double least, double most) const;
  [[nodiscard]] std::optional<Bytes> bytes(std::string_view name) const;
  /// Seconds, or a number with `ms`, `s`, `m`, `h`.
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view name) const;
  /// In a variable an unknown name means warning, as clams-python has it.
  [[nodiscard]] std::optional<LogLevel> log_level(std::string_view name) const;

 private:
  struct Value {
    std::string text;
    std::string source;
  };

  [[noreturn]] static void refuse(const Value& value, const std::string& expected);
  [[nodiscard]] const Value* find(std::string_view name) const;

  std::map<std::string, Value, std::less<>> values_;
};

/// The server's options out of what was set.
[[nodiscard]] http::ServerOptions server_options(const Settings& settings);

/// How to log. @param usual the level when none is set.
[[nodiscard]] LogOptions log_options(const Settings& settings, LogLevel usual);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/server_settings.ipp>
#include <clams/cli/impl/settings.ipp>
#endif
