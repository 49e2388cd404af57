// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_app.hpp"

#include "app/document_run.hpp"
#include "app/memory_needs.hpp"
#include "app/whisper_metadata.hpp"
#include "model/model_catalogue.hpp"
#include <clams/memory/gpu_memory.hpp>
#include <clams/torch/torch_meter.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace whisper {

namespace {

std::string model_key(const ModelFacts& facts, ComputeType type) {
  return facts.place.string() + "|" + std::string{compute_type_name(type)};
}

std::optional<std::string> find_name(const std::vector<std::string>& names,
                                     std::string_view asked) {
  const auto exact = std::ranges::find(names, asked);
  if (exact != names.end()) return *exact;
  const auto found = std::ranges::find(names, lower_case(asked));
  return found != names.end() ? std::optional{*found} : std::nullopt;
}

std::filesystem::path without_links(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at stays as it is
  auto place = std::filesystem::weakly_canonical(path, ignored);
  return ignored ? path : place;
}

}  // namespace

WhisperApp::WhisperApp(MakeBackend make_backend)
    : make_backend_(std::move(make_backend)), backend_(make_backend_(options_)) {}

void WhisperApp::configure(AppOptions options) {
  options_ = std::move(options);
  use_threads(options_.threads);
  backend_ = make_backend_(options_);
  const std::scoped_lock lock{mutex_};
  known_.clear();
}

// A path is not a choice for requests: they would see what files there are.
std::string WhisperApp::default_model() const {
  if (auto name = find_name(backend_.names, options_.model)) return *std::move(name);
  auto path = std::filesystem::path{options_.model}.lexically_normal();
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

std::optional<std::string> WhisperApp::known_name(std::string_view asked) const {
  return find_name(model_names(), asked);
}

std::vector<std::string> WhisperApp::model_names() const {
  std::vector<std::string> names = backend_.names;
  auto standard = default_model();
  if (std::find(names.begin(), names.end(), standard) == names.end()) {
    names.push_back(std::move(standard));
  }
  return names;
}

clams::AppMetadata WhisperApp::app_metadata() const {
  return whisper_metadata({.models = model_names(),
                           .default_model = default_model(),
                           .default_compute_type = options_.compute_type});
}

ModelFacts WhisperApp::describe(const std::string& model) const {
  {
    const std::scoped_lock lock{mutex_};
    if (const auto found = known_.find(model); found != known_.end()) return found->second;
  }
  ModelFacts facts = backend_.describe(model == default_model() ? options_.model : model);
  facts.place = without_links(facts.path);
  const std::scoped_lock lock{mutex_};
  return known_.insert_or_assign(model, std::move(facts)).first->second;
}

clams::ModelRequirement WhisperApp::requirement(const ModelFacts& facts, ComputeType type,
                                                const RecognitionRequest& request) const {
  const TranscribeOptions& options = request.options.transcribe;
  const WorkSize size{.dimensions = facts.dimensions,
                      .compute_type = type,
                      .rows = std::max(options.beam_size.value_or(1), options.best_of),
                      .windows = options.batch_size};
  return {
      .key = model_key(facts, type),
      .resident = clams::Bytes{static_cast<std::int64_t>(network_bytes(facts.dimensions, type))},
      .working_at_first = working_bytes(size),
      .preferred_device = options_.gpu,
      .checkpoints = facts.weights,
      .compute_type = std::string{compute_type_name(type)},
      .fingerprint = weights_hash(facts)};
}

std::string WhisperApp::weights_hash(const ModelFacts& facts) const {
  hashes_.start(facts.weights, backend_.hash);
  return hashes_.of(facts.weights);
}

clams::ModelRequirements WhisperApp::model_requirements(const clams::Parameters& parameters) const {
  const auto request = read_recognition_request(parameters);
  const ModelFacts facts = describe(request.model);  // here, so that a missing model has no plan
  if (options_.device == DeviceChoice::processor || !backend_.sees_gpus()) {
    return clams::ModelRequirements{}.or_else("cpu", {});
  }
  const auto asked = parse_compute_type(request.compute_type);
  const ComputeType best = asked.value_or(best_compute_type(options_.gpu.value_or(0)));
  clams::ModelRequirements needs{requirement(facts, best, request)};
  if (asked || best == ComputeType::int8) return needs;
  // Where people leave the choice to us, a smaller copy is better than none.
  return std::move(needs).or_else("int8", {requirement(facts, ComputeType::int8, request)});
}

std::unique_ptr<clams::PeakMeter> WhisperApp::make_peak_meter() const {
  if (options_.device == DeviceChoice::processor) return nullptr;
  try {
    return std::make_unique<clams::TorchMeter>(clams::TorchMemory::cuda);
  } catch (const clams::Error& error) {
    if (error.code() != clams::ErrorCode::unavailable) throw;
    return nullptr;  // no GPU for libtorch: then there is nothing to measure
  }
}

ComputeType WhisperApp::choose_type(const RecognitionRequest& request,
                                    const clams::RequestMemory& memory) const {
  if (const auto asked = parse_compute_type(request.compute_type)) return *asked;
  if (memory.rung() == "int8") return ComputeType::int8;
  const auto* const device = memory.device();
  return best_compute_type(device != nullptr ? std::optional{device->index} : std::nullopt);
}

LoadedModel WhisperApp::acquire(const RecognitionRequest& request, clams::RequestMemory& memory) {
  if (options_.device == DeviceChoice::gpu && memory.device() == nullptr) {
    throw clams::Error{clams::ErrorCode::unavailable,
                       "--device cuda: there is no GPU that this process can use"};
  }
  ModelFacts facts = describe(request.model);
  const ComputeType type = choose_type(request, memory);
  auto lease = models_.acquire(memory, model_key(facts, type), [&](const clams::Device* device) {
    NetworkOptions options{.compute_type = type};
    if (device != nullptr) options.gpu = device->index;
    return backend_.load(facts, options);
  });
  return {std::move(facts), type, std::move(lease)};
}

clams::WarmUp WhisperApp::warm_up(const clams::Parameters& parameters,
                                  clams::RequestMemory& memory) {
  const auto model = acquire(read_recognition_request(parameters), memory);
  (void)weights_hash(model.facts);
  return clams::WarmUp::loaded;
}

void WhisperApp::annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                          clams::RequestContext& context) {
  const auto request = read_recognition_request(parameters);
  const auto model = acquire(request, context.memory());
  hashes_.start(model.facts.weights, backend_.hash);
  DocumentRun run{request, model, options_, context,
                  [&] { return hashes_.of(model.facts.weights); }};
  run.annotate(mmif);
}

}  // namespace whisper
