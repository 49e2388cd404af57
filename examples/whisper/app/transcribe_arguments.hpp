// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/app_options.hpp"
#include <clams/app/app_metadata.hpp>
#include <clams/cli/command_options.hpp>
#include <clams/params/raw_parameters.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace whisper {

/// The name that stands for standard input.
inline const std::filesystem::path kStandardInput{"-"};

/// What `whisper transcribe` writes.
enum class TranscriptFormat { text, srt, vtt, json, mmif };

/// The command line of `whisper transcribe`, taken apart.
struct TranscribeArguments {
  std::vector<std::filesystem::path> files = {};
  TranscriptFormat format = TranscriptFormat::text;
  std::filesystem::path output_dir = {};  ///< empty: stdout
  clams::RawParameters parameters = {};   ///< for the app
  bool quiet = false;
  std::vector<std::string> warnings = {};  ///< of options that do nothing
};

/// The command's options, for its help.
[[nodiscard]] const clams::CommandOptions& transcribe_options();

/// Puts what the options say of the process (model, folders, device, threads) into `options`.
/// @throws clams::Error usage naming the option, its value and what would be right.
void apply_process_options(const clams::GivenOptions& given, AppOptions& options);

/// @param metadata of the app as it is configured, against which values are checked
/// @throws clams::Error usage naming the option, its value and what would be right.
[[nodiscard]] TranscribeArguments read_transcribe_arguments(const clams::GivenOptions& given,
                                                            const clams::AppMetadata& metadata);

/// Where the transcript of a file goes: its name with the format's ending.
[[nodiscard]] std::filesystem::path output_file(const TranscribeArguments& arguments,
                                                const std::filesystem::path& file);

}  // namespace whisper
