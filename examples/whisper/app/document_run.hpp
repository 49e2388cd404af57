// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/app_options.hpp"
#include "app/recognition_request.hpp"
#include <clams/app/request_context.hpp>
#include <clams/mmif/mmif.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace whisper {

struct LoadedModel;

/// One annotate request: transcribes each document of an MMIF into a view of its own.
///
/// Ownership: lives for one request; borrows everything.
/// Threads: confined.
/// Errors: a document that cannot be transcribed gets a view that says why, and the others go on;
///   if none can, `annotate` throws. Refusals (cancelled, no room) always end the request.
class DocumentRun {
 public:
  /// @param weights_hash tells the SHA-256 of the model's weights
  DocumentRun(const RecognitionRequest& request, const LoadedModel& model,
              const AppOptions& options, clams::RequestContext& context,
              std::function<std::string()> weights_hash);

  void annotate(clams::Mmif& mmif);

 private:
  struct Failed {
    const clams::Document* document;
    std::string message;
  };

  [[nodiscard]] Transcription transcribe(const clams::Document& document);
  void add_transcript(clams::Mmif& mmif, const clams::Document& document);
  void add_failure(clams::Mmif& mmif, const Failed& failed);
  clams::View& new_view(clams::Mmif& mmif);
  void report_progress(double done, double of) const;

  const RecognitionRequest& request_;
  const LoadedModel& model_;
  const AppOptions& options_;
  clams::RequestContext& context_;
  std::function<std::string()> weights_hash_;
  std::size_t finished_ = 0;
  std::size_t documents_ = 0;
};

/// What every view of the app has in its appProfiling: `{"worker_pid": ...}`.
[[nodiscard]] clams::Json process_profile();

}  // namespace whisper
