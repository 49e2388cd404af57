// SPDX-License-Identifier: Apache-2.0
#include "app/document_run.hpp"

#include "app/transcript_view.hpp"
#include "app/whisper_app.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

#include <exception>
#include <unistd.h>
#include <utility>

namespace whisper {

namespace {

// Those that are about the request as a whole.
bool ends_request(clams::ErrorCode code) {
  return code == clams::ErrorCode::cancelled || code == clams::ErrorCode::deadline_exceeded ||
         code == clams::ErrorCode::unavailable || code == clams::ErrorCode::invalid_parameter;
}

}  // namespace

clams::Json process_profile() { return {{"worker_pid", static_cast<std::int64_t>(::getpid())}}; }

DocumentRun::DocumentRun(const RecognitionRequest& request, const LoadedModel& model,
                         const AppOptions& options, clams::RequestContext& context,
                         std::function<std::string()> weights_hash)
    : request_(request),
      model_(model),
      options_(options),
      context_(context),
      weights_hash_(std::move(weights_hash)) {}

void DocumentRun::annotate(clams::Mmif& mmif) {
  auto documents = mmif.documents(clams::types::kAudioDocument);
  if (documents.empty()) documents = mmif.documents(clams::types::kVideoDocument);
  documents_ = documents.size();
  std::vector<Failed> failed;
  for (const clams::Document* document : documents) {
    try {
      add_transcript(mmif, *document);
    } catch (const clams::DeviceOutOfMemory&) {
      throw;
    } catch (const clams::Error& error) {
      const bool is_last_hope = failed.size() + 1 == documents_;
      if (ends_request(error.code()) || is_last_hope) throw;
      failed.push_back({document, error.what()});
    }
    ++finished_;
  }
  for (const Failed& failure : failed) add_failure(mmif, failure);
}

void DocumentRun::add_transcript(clams::Mmif& mmif, const clams::Document& document) {
  const Transcription transcription = transcribe(document);
  write_transcript(transcription, document,
                   request_.language.empty() ? transcription.language : request_.language,
                   new_view(mmif));
}

Transcription DocumentRun::transcribe(const clams::Document& document) {
  const clams::MediaFile file = document.open();
  const AudioSource source{.path = file.path(),
                           .file = &file,
                           .name = "document " + document.id(),  // as open() calls it
                           .longest = options_.longest_audio,
                           .stop = context_.stop_token()};
  return model_.speech_to_text->recognize(
      source, request_.options,
      {.on_progress = [this](double done, double of) { report_progress(done, of); },
       .check_stop = [this] { context_.throw_if_stopped(); }});
}

void DocumentRun::report_progress(double done, double of) const {
  if (of <= 0) return;
  const auto all = static_cast<double>(documents_);
  context_.progress((static_cast<double>(finished_) + done / of) / all, "transcribing");
}

clams::View& DocumentRun::new_view(clams::Mmif& mmif) {
  clams::View& view = context_.new_view(mmif);
  clams::Json configuration = view.app_configuration();
  configuration["modelName"] = model_.facts.name;
  configuration["modelSha256"] = weights_hash_();
  configuration["modelComputeType"] = compute_type_name(model_.compute_type);
  view.set_metadata("appConfiguration", std::move(configuration));
  view.set_metadata("appProfiling", process_profile());
  return view;
}

void DocumentRun::add_failure(clams::Mmif& mmif, const Failed& failed) {
  clams::View& view = new_view(mmif);
  const clams::Document& document = *failed.document;
  context_.logger().warning(failed.message + " (" + document.location() + ')');
  view.set_error(failed.message, "transcribing " + document.id() + ' ' + document.location());
}

}  // namespace whisper
