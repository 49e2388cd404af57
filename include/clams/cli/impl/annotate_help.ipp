// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/annotate_command.hpp>
#include <clams/cli/detail/help_text.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json.hpp>
#include <clams/util/python_text.hpp>

namespace clams::detail {

CLAMS_INLINE std::string value_placeholder(const ParameterSpec& spec) {
  std::string one{parameter_type_name(spec.type)};
  if (spec.type == ParameterType::map) one = "KEY:VALUE";
  if (!spec.choices.empty()) {
    one.clear();
    for (const Json& choice : spec.choices) one += (one.empty() ? "" : "|") + python_str(choice);
  }
  return spec.multivalued ? one + "..." : one;
}

CLAMS_INLINE std::string parameter_help(const ParameterSpec& spec) {
  std::string text = spec.description;
  if (!spec.default_value) return text + " (required)";
  text +=
      " (default: " + write_json(*spec.default_value, JsonLayout::compact, JsonSpelling::metadata) +
      ')';
  if (spec.type == ParameterType::boolean) text += "; false, f and 0 mean no, all else means yes";
  return text;
}

CLAMS_INLINE std::string parameters_help(const std::vector<ParameterSpec>& specs) {
  std::string text;
  for (const ParameterSpec& spec : specs) {
    text += help_entry("--" + spec.name + ' ' + value_placeholder(spec), parameter_help(spec));
  }
  return text;
}

CLAMS_INLINE std::string annotate_help(const AppMetadata& metadata, const std::string& program) {
  std::string text = "Usage: " + program + " annotate [--PARAM VALUE...]... [IN [OUT]]\n\n";
  text += wrap_text(metadata.name + ": " + metadata.description + " (see " + metadata.url + ")", 0);
  text +=
      "\n  IN   an MMIF file, or an envelope of parameters and MMIF; - or nothing: stdin\n"
      "  OUT  where the result goes; - or nothing: stdout, and what the app prints to stderr\n";
  text += "\nParameters:\n" + parameters_help(metadata.parameters);
  text +=
      "\nA flag with several values takes all words up to the next flag: put -- before IN.\n"
      "\nExamples:\n"
      "  " +
      program +
      " annotate input.mmif output.mmif\n"
      "  " +
      program +
      " annotate --pretty true < input.mmif > output.mmif\n"
      "\nExit codes: 0 done; 1 the app or a parameter failed (OUT says why) or the input is\n"
      "invalid; 2 wrong usage; 75 no room now, try again later.\n";
  return text;
}

}  // namespace clams::detail
