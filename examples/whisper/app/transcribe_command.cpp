// SPDX-License-Identifier: Apache-2.0
#include "app/transcribe_command.hpp"

#include "app/configure_command.hpp"
#include "app/formats.hpp"
#include "app/progress_bar.hpp"
#include "app/standard_input.hpp"
#include "app/transcribe_arguments.hpp"
#include <clams/cli/exit_codes.hpp>
#include <clams/mmif/source.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace whisper {

namespace {

constexpr std::array<std::string_view, 10> kVideoEndings{".mp4", ".mkv", ".mov",  ".avi", ".webm",
                                                         ".m4v", ".mpg", ".mpeg", ".ts",  ".flv"};

std::string write(const Transcription& transcription, TranscriptFormat format) {
  switch (format) {
    case TranscriptFormat::srt: return write_srt(transcription);
    case TranscriptFormat::vtt: return write_vtt(transcription);
    case TranscriptFormat::json: return write_json(transcription) + '\n';
    default: return write_text(transcription);
  }
}

/// One call of the command.
///
/// Ownership: lives for the call; borrows everything.
/// Threads: confined.
/// Errors: those of one file are told on stderr, and the others go on.
class TranscribeRun {
 public:
  TranscribeRun(WhisperApp& app, const TranscribeArguments& arguments,
                const clams::CommandCall& call)
      : app_(app), arguments_(arguments), call_(call) {}

  [[nodiscard]] int run() {
    auto code = clams::ExitCode::success;
    for (const auto& file : arguments_.files) {
      try {
        put(file, arguments_.format == TranscriptFormat::mmif ? mmif_of(file) : text_of(file));
      } catch (const std::exception& error) {
        std::cerr << call_.program << ": " << named(file, error.what()) << '\n';
        code = code_of(error);
      }
    }
    return static_cast<int>(code);
  }

 private:
  /// The message, which may name the file already.
  [[nodiscard]] static std::string named(const std::filesystem::path& file,
                                         const std::string& message) {
    const std::string name = file.string() + ": ";
    return message.starts_with(name) ? message : name + message;
  }

  [[nodiscard]] static clams::ExitCode code_of(const std::exception& error) {
    const auto* const known = dynamic_cast<const clams::Error*>(&error);
    const bool busy = known != nullptr && known->code() == clams::ErrorCode::unavailable;
    return busy ? clams::ExitCode::unavailable : clams::ExitCode::failure;
  }

  [[nodiscard]] bool shows_progress() const {
    return !arguments_.quiet && ::isatty(STDERR_FILENO) == 1;
  }

  [[nodiscard]] std::string text_of(const std::filesystem::path& file) {
    Transcription transcription;
    call_.runner().run(arguments_.parameters, {}, [&](const auto& parameters, auto& context) {
      transcription = transcribe(file, read_recognition_request(parameters), context);
    });
    return write(transcription, arguments_.format);
  }

  [[nodiscard]] Transcription transcribe(const std::filesystem::path& file,
                                         const RecognitionRequest& request,
                                         clams::RequestContext& context) {
    const auto model = app_.acquire(request, context.memory());
    std::optional<ProgressBar> bar;
    if (shows_progress()) bar.emplace(std::cerr, file.filename().string());
    TranscribeEvents events{.check_stop = [&] { context.throw_if_stopped(); }};
    if (bar) events.on_progress = [&](double done, double of) { bar->show(done, of); };
    AudioSource source{.path = file, .longest = app_.options().longest_audio};
    if (file == kStandardInput) {
      // Kept, because the work is done once more after an allocation failed.
      if (!input_) input_.emplace(spool(STDIN_FILENO));
      source.file = &*input_;
    }
    return model.speech_to_text->recognize(source, request.options, events);
  }

  [[nodiscard]] std::string mmif_of(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) {
      throw clams::Error{clams::ErrorCode::not_found, "there is no such file"};
    }
    std::string ending = file.extension().string();
    for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool is_video =
        std::find(kVideoEndings.begin(), kVideoEndings.end(), ending) != kVideoEndings.end();
    const std::array<std::string, 1> source{(is_video ? "video:" : "audio:") +
                                            std::filesystem::absolute(file).string()};
    auto result =
        call_.runner().annotate(clams::make_source(source).serialize(), arguments_.parameters);
    if (result.outcome == clams::RunOutcome::annotated) return std::move(result.mmif) + '\n';
    throw clams::Error{clams::ErrorCode::app_failure, result.problem};
  }

  void put(const std::filesystem::path& file, const std::string& text) const {
    if (!arguments_.output_dir.empty()) {
      clams::write_file_atomically(output_file(arguments_, file), text);
      return;
    }
    std::cout << text << std::flush;
    if (!std::cout) throw clams::Error{clams::ErrorCode::io, "cannot write to stdout"};
  }

  WhisperApp& app_;
  const TranscribeArguments& arguments_;
  const clams::CommandCall& call_;
  std::optional<clams::MediaFile> input_;  // what standard input had
};

int run_transcribe(WhisperApp& app, const clams::CommandCall& call) {
  const clams::GivenOptions given = transcribe_options().parse(call.arguments);
  if (given.wants_help) {
    std::cout << transcribe_options().help(call.program);
    return static_cast<int>(clams::ExitCode::success);
  }
  configure_command(app, given);
  const auto arguments = read_transcribe_arguments(given, call.runner().metadata());
  for (const auto& warning : arguments.warnings) {
    std::cerr << call.program << ": warning: " << warning << '\n';
  }
  return TranscribeRun{app, arguments, call}.run();
}

}  // namespace

clams::AppCommand transcribe_command(WhisperApp& app) {
  return {.name = "transcribe",
          .usage = "transcribe FILE...",
          .summary = "write down what is said in audio and video files",
          .run = [&app](const clams::CommandCall& call) { return run_transcribe(app, call); }};
}

}  // namespace whisper
