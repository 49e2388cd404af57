// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/envelope.hpp>
#include <clams/cli/detail/profile_sweep.hpp>
#include <clams/cli/detail/standard_streams.hpp>
#include <clams/cli/detail/text_table.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>
#include <clams/util/nearest_name.hpp>

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <optional>
#include <string_view>

namespace clams::detail {

inline constexpr std::string_view kParamFlag = "--param";

CLAMS_INLINE std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values;
  while (true) {
    const auto comma = text.find(',');
    values.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

/// Adds what `NAME=V1,V2` says.
CLAMS_INLINE void read_swept_parameter(SweepArguments& asked, const std::string& text,
                                       const std::vector<ParameterSpec>& specs) {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals == std::string::npos) {
    throw Error{ErrorCode::usage,
                "argument --param: '" + text + "' is not of the form NAME=VALUE,VALUE"};
  }
  std::vector<std::string> known;
  known.reserve(specs.size());
  for (const ParameterSpec& spec : specs) known.push_back(spec.name);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw Error{ErrorCode::usage,
                "argument --param: the app has no parameter " + name + suggestion(name, known)};
  }
  for (const auto& [other, values] : asked.values) {
    if (other == name) throw Error{ErrorCode::usage, "argument --param: " + name + " came twice"};
  }
  asked.values.emplace_back(name, split_values(std::string_view{text}.substr(equals + 1)));
}

CLAMS_INLINE SweepArguments parse_sweep_arguments(const std::vector<std::string>& arguments,
                                                  const std::vector<ParameterSpec>& specs) {
  SweepArguments asked;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::string flag = argument.substr(0, argument.find('='));
    if (argument == kParamFlag) {
      read_swept_parameter(asked, i + 1 < arguments.size() ? arguments[++i] : "", specs);
    } else if (flag == kParamFlag) {
      read_swept_parameter(asked, argument.substr(flag.size() + 1), specs);
    } else if (argument.size() > 1 && argument.starts_with('-')) {
      throw Error{ErrorCode::usage,
                  "unknown argument " + flag + suggestion(flag, {std::string{kParamFlag}})};
    } else if (!asked.input.empty()) {
      throw Error{ErrorCode::usage, "unknown argument " + argument + "; INPUT was given"};
    } else {
      asked.input = argument;
    }
  }
  if (asked.values.empty()) {
    throw Error{ErrorCode::usage, "profile sweep: --param NAME=VALUE,VALUE is missing"};
  }
  if (asked.input.empty()) throw Error{ErrorCode::usage, "profile sweep: INPUT is missing"};
  return asked;
}

/// Every combination of the values; those of the last parameter change fastest.
CLAMS_INLINE std::vector<RawParameters> sweep_combinations(const SweepArguments& asked) {
  std::vector<RawParameters> combinations(1);
  for (const auto& [name, values] : asked.values) {
    std::vector<RawParameters> longer;
    for (const RawParameters& start : combinations) {
      for (const std::string& value : values) {
        longer.push_back(start);
        longer.back().set(name, {value});
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

/// Runs the combinations one after the other.
///
/// Ownership: borrows the runner.
/// Threads: confined.
/// Errors: `measure` throws Error invalid_input only; a combination that fails is counted.
class Sweep {
 public:
  Sweep(const AppRunner& runner, std::string body)
      : runner_(runner),
        body_(std::move(body)),
        old_views_(parse_json(open_envelope(body_).mmif)["views"].size()) {}

  /// The figures of one combination: cells for the table.
  [[nodiscard]] std::vector<std::string> measure(const RawParameters& parameters);
  [[nodiscard]] bool all_succeeded() const noexcept { return failures_ == 0; }

 private:
  [[nodiscard]] std::optional<std::string> run(const RawParameters& parameters);
  [[nodiscard]] std::vector<std::string> figures(const std::string& mmif) const;

  const AppRunner& runner_;
  std::string body_;
  std::size_t old_views_;
  std::size_t failures_ = 0;
};

/// The result, or nothing and the reason on stderr.
CLAMS_INLINE std::optional<std::string> Sweep::run(const RawParameters& parameters) {
  try {
    RunResult result = runner_.annotate(body_, parameters);
    if (result.outcome == RunOutcome::annotated) return std::move(result.mmif);
    std::cerr << "failed: " << result.problem << '\n';
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_input) throw;
    std::cerr << "failed: " << error.what() << '\n';
  }
  return std::nullopt;
}

CLAMS_INLINE std::vector<std::string> Sweep::figures(const std::string& mmif) const {
  const Json views = parse_json(mmif)["views"];
  for (std::size_t i = views.size(); i > old_views_; --i) {
    const Json profiling = views[i - 1]["metadata"].value("appProfiling", Json::object());
    if (!profiling.contains("gpuMemory")) continue;
    const Json& memory = profiling["gpuMemory"];
    std::vector<std::string> cells;
    for (const char* key : {"allocatedBytes", "modelBytes", "reservedBytes"}) {
      cells.push_back(to_text(Bytes{memory.value(key, std::int64_t{0})}));
    }
    return cells;
  }
  return {"-", "-", "-"};  // ran on the processor
}

CLAMS_INLINE std::vector<std::string> Sweep::measure(const RawParameters& parameters) {
  const auto mmif = run(parameters);
  if (!mmif) {
    ++failures_;
    return {"failed", "-", "-"};
  }
  std::vector<std::string> cells = figures(*mmif);
  std::cerr << cells[0] << " allocated, models " << cells[1] << ", " << cells[2] << " reserved\n";
  return cells;
}

/// `beams=5 model=large`
CLAMS_INLINE std::string combination_text(const RawParameters& parameters) {
  std::string text;
  for (const auto& [name, values] : parameters) {
    text += (text.empty() ? "" : " ") + name + '=' + values.back();
  }
  return text;
}

CLAMS_INLINE ExitCode sweep_command(const AppRunner& runner,
                                    const std::vector<std::string>& arguments) {
  const auto asked = parse_sweep_arguments(arguments, runner.metadata().parameters);
  const std::vector<RawParameters> combinations = sweep_combinations(asked);
  for (const RawParameters& parameters : combinations) {
    static_cast<void>(refine_parameters(runner.metadata().parameters, parameters));
  }
  if (runner.memory().devices().empty()) {
    throw Error{ErrorCode::not_found, "profile sweep measures GPU memory, and no GPU is here"};
  }
  Sweep sweep{runner, read_input(asked.input, "INPUT")};
  std::vector<std::vector<std::string>> rows(1);
  for (const auto& [name, values] : asked.values) rows.front().push_back(name);
  rows.front().insert(rows.front().end(), {"ALLOCATED", "MODELS", "RESERVED"});

  const ResultOutput output{std::nullopt};  // what the app prints goes to stderr
  for (const RawParameters& parameters : combinations) {
    std::cerr << '[' << rows.size() << '/' << combinations.size() << "] "
              << combination_text(parameters) << ": " << std::flush;
    std::vector<std::string> row;
    for (const auto& [name, values] : parameters) row.push_back(values.back());
    for (std::string& cell : sweep.measure(parameters)) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  output.write(text_table(rows));
  return sweep.all_succeeded() ? ExitCode::success : ExitCode::failure;
}

}  // namespace clams::detail
