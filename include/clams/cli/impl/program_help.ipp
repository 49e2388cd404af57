// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/command_line.hpp>
#include <clams/cli/detail/help_text.hpp>
#include <clams/cli/detail/memory_settings.hpp>
#include <clams/cli/detail/program_help.hpp>
#include <clams/cli/detail/settings.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

CLAMS_INLINE std::string settings_help(std::span<const Setting> settings) {
  std::string text;
  for (const Setting& setting : settings) {
    std::string flag = "--" + std::string{setting.name};
    if (!setting.placeholder.empty()) flag += ' ' + std::string{setting.placeholder};
    text +=
        help_entry(flag, std::string{setting.meaning} + " [" + std::string{setting.variable} + ']');
  }
  return text;
}

CLAMS_INLINE std::string own_commands_help(const RunExtras& extras) {
  std::string text;
  for (const AppCommand& command : extras.commands) {
    text += help_entry(command.usage.empty() ? command.name : command.usage, command.summary);
  }
  return text;
}

CLAMS_INLINE std::string own_settings_help(const AppMetadata& metadata, const RunExtras& extras) {
  if (extras.settings.empty()) return {};
  return '\n' + metadata.name + ":\n" + settings_help(own_settings(extras));
}

CLAMS_INLINE std::string overview_help(const AppMetadata& metadata, const std::string& program,
                                       const RunExtras& extras) {
  return wrap_text(metadata.name + ": " + metadata.description, 0) + "\nUsage: " + program +
         " [OPTIONS] [COMMAND ...]\n\nCommands (each has its own --help):\n" +
         help_entry("serve", "answer HTTP requests; this is what happens without a command") +
         help_entry("annotate [IN [OUT]]",
                    "annotate one MMIF file; the app's parameters are flags") +
         help_entry("metadata", "print the app metadata as JSON") +
         help_entry("profile ACTION", "list, show, carry and clear remembered memory peaks") +
         help_entry("resources", "print what a scheduler should be asked for") +
         help_entry("ps", "show the GPUs, who has been promised their memory and who waits") +
         help_entry("doctor", "find out what is wrong with GPUs, limits and folders") +
         help_entry("plan", "print how many worker processes fit on this machine") +
         own_commands_help(extras) + "\nOptions:\n" + help_entry("-h, --help", "this text") +
         help_entry("--version", "the versions of the app and of this library") +
         help_entry("--config FILE", "read settings from lines of key = value [CLAMS_CONFIG]") +
         settings_help(common_settings()) + own_settings_help(metadata, extras) +
         "\nGPU memory:\n" + settings_help(memory_settings()) +
         "\nA setting is taken from its flag, else from the environment variable in brackets, "
         "else\n"
         "from the line of its name in the file.\n\nExamples:\n  " +
         program + " --port 8080\n  curl --data-binary @in.mmif http://127.0.0.1:8080/\n  " +
         program + " annotate in.mmif out.mmif\n" +
         "\nExit codes: 0 done; 1 failed; 2 wrong usage; 75 no room now, try again later.\n";
}

CLAMS_INLINE std::string serve_help(const std::string& program, const RunExtras& extras) {
  return "Usage: " + program + " [serve] [OPTIONS]\n\n" +
         wrap_text(
             "Serves the app over HTTP: GET / describes it, POST / annotates, /healthz and "
             "/readyz are for probes, /metrics for Prometheus, /runtime and /gpu-status for "
             "people. SIGTERM "
             "or Ctrl-C lets running requests end; a second one does not.",
             0) +
         "\nOptions:\n" + settings_help(serve_settings()) + settings_help(own_settings(extras)) +
         settings_help(common_settings()) + "\nGPU memory:\n" + settings_help(memory_settings()) +
         "\nExamples:\n  " + program + " --port 8080\n  " + program +
         " serve --host 0.0.0.0 --max-concurrency 2 --token-file token.txt\n" +
         "\nExit codes: 0 every request was answered by the app; 1 some were cut off, or the\n"
         "server could not start; 2 wrong usage.\n";
}

CLAMS_INLINE std::string metadata_help(const std::string& program) {
  return "Usage: " + program + " metadata [--pretty]\n\n" +
         "Prints what GET / answers: who the app is and which parameters it takes.\n\nOptions:\n" +
         help_entry("--pretty", "indent it");
}

}  // namespace clams::detail
