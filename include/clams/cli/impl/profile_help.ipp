// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/help_text.hpp>
#include <clams/cli/detail/profile_command.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

CLAMS_INLINE std::string profile_help(const std::string& program) {
  return "Usage: " + program + " profile ACTION [OPTIONS]\n\n" +
         wrap_text(
             "The GPU memory that requests took is remembered, by app and parameters, so that the "
             "next one is given as much as it needs. Without --all an action is about this app.",
             0) +
         "\nActions:\n" +
         help_entry("list [--all]", "a table of what is remembered; --all: of every app") +
         help_entry("show HASH [--all]", "one record as JSON; the beginning of its hash will do") +
         help_entry("export [FILE] [--all]", "write the records to FILE, or to stdout") +
         help_entry("import FILE",
                    "take in what was exported, - from stdin; no peak is lowered by it") +
         help_entry("clear [--all]", "forget the records") +
         help_entry("sweep --param NAME=V1,V2 [--param ...] INPUT",
                    "annotate INPUT with each combination of these values, to measure ahead; - "
                    "is stdin") +
         "\nOptions:\n" +
         help_entry("--older-than AGE", "clear only what was not raised for so long: 180d, 12h") +
         help_entry("--profile-dir FOLDER", "the peaks are here [CLAMS_PROFILE_DIR]") +
         help_entry("--profile-seed FOLDER",
                    "and here, where nothing is ever cleared [CLAMS_PROFILE_SEED]") +
         "\nExamples:\n  " + program + " profile list\n  " + program +
         " profile export peaks.json\n  " + program + " profile clear --older-than 180d\n  " +
         program + " profile sweep --param NAME=1,5 in.mmif\n" +
         "\nExit codes: 0 done; 1 no such record, the file or folder is no good, or a run failed;\n"
         "2 wrong usage.\n";
}

}  // namespace clams::detail
