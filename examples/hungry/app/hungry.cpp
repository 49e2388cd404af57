// SPDX-License-Identifier: Apache-2.0
#include "app/hungry.hpp"

#include <clams/util/environment.hpp>

#include <condition_variable>
#include <mutex>

namespace hungry {
namespace {

using clams::Bytes;

Bytes mebibytes(const clams::Parameters& parameters, std::string_view name) {
  constexpr std::int64_t kMost = 1 << 24;  // 16 TiB
  const auto count = parameters.get<std::int64_t>(name);
  if (count < 0 || count > kMost) {
    throw clams::Error{clams::ErrorCode::invalid_parameter,
                       std::string{name} + " is " + std::to_string(count) +
                           ", but must be a number of MiB from 0 to " + std::to_string(kMost)};
  }
  return Bytes{count << 20};
}

Appetite appetite_of(const clams::Parameters& parameters) {
  const auto hold = parameters.get<std::int64_t>("holdMs");
  if (hold < 0) {
    throw clams::Error{clams::ErrorCode::invalid_parameter,
                       "holdMs is " + std::to_string(hold) + ", but must not be below 0"};
  }
  return {.model = parameters.get<std::string>("model"),
          .resident = mebibytes(parameters, "residentMb"),
          .work = mebibytes(parameters, "workMb"),
          .oom_after = mebibytes(parameters, "oomAfterMb"),
          .hold = std::chrono::milliseconds{hold}};
}

/// The GPU that the request was admitted to.
const clams::Device& device_of(const clams::RequestMemory& memory) {
  if (memory.device() != nullptr) return *memory.device();
  throw clams::Error{clams::ErrorCode::unavailable,
                     "there is no GPU to take memory of; CLAMS_SIMULATED_GPUS=24GiB makes a "
                     "simulated one"};
}

/// Waits that long, or until the request is to end.
void hold(std::chrono::milliseconds time, const clams::RequestContext& context) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  auto end = std::chrono::steady_clock::now() + time;
  if (context.deadline()) end = std::min(end, *context.deadline());
  never.wait_until(lock, context.stop_token(), end, [] { return false; });
  context.throw_if_stopped();
}

clams::Json what_was_had(const Appetite& appetite, const clams::RequestMemory& memory) {
  const clams::MemoryGrant& grant = memory.grant();
  return {{"model", appetite.model},
          {"device", memory.device()->uuid},
          {"residentBytes", appetite.resident.count()},
          {"workBytes", appetite.work.count()},
          {"reservedBytes", grant.need().total().count()},
          {"reservedBy", clams::source_name(grant.need().source)},
          {"waitSeconds", std::chrono::duration<double>(grant.waited()).count()}};
}

clams::ParameterSpec number(std::string name, std::string description, int default_value) {
  return {.name = std::move(name),
          .description = std::move(description),
          .type = clams::ParameterType::integer,
          .default_value = default_value};
}

}  // namespace

Hungry::Hungry() : allocator_(make_allocator(clams::Environment::of_process())) {}

clams::AppMetadata Hungry::app_metadata() const {
  clams::AppMetadata metadata{.name = "Hungry",
                              .description =
                                  "Takes as much memory of a GPU as it is told to, and "
                                  "holds it. It computes nothing.",
                              .app_license = "Apache-2.0",
                              .identifier = "hungry",
                              .url = "https://example.org/hungry"};
  metadata.add_input(clams::types::kTextDocument);
  metadata.add_output(clams::types::kAnnotation);
  metadata.add_parameter({.name = "model",
                          .description = "Requests that name the same model share one copy of it.",
                          .default_value = "large"});
  metadata.add_parameter(
      number("residentMb", "What the model takes while it is loaded, in MiB.", 3072));
  metadata.add_parameter(number("workMb", "What each request takes on top, in MiB.", 1024));
  metadata.add_parameter(number("holdMs", "How long a request holds it, in milliseconds.", 0));
  metadata.add_parameter({.name = "declare",
                          .description = "Whether the app says beforehand what it will take; if "
                                         "not, that has to be learned.",
                          .type = clams::ParameterType::boolean,
                          .default_value = true});
  metadata.add_parameter(
      number("oomAfterMb",
             "An allocation fails when model and request would have more than this, in MiB; 0: "
             "none does.",
             0));
  return metadata;
}

clams::ModelRequirements Hungry::model_requirements(const clams::Parameters& parameters) const {
  if (!parameters.get<bool>("declare")) return {};
  const Appetite appetite = appetite_of(parameters);
  return {{.key = appetite.model, .resident = appetite.resident, .working = appetite.work}};
}

std::unique_ptr<clams::PeakMeter> Hungry::make_peak_meter() const {
  return allocator_->make_meter();
}

clams::ModelLease<Hungry::Model> Hungry::get_model(const Appetite& appetite,
                                                   clams::RequestMemory& memory) const {
  return models_.acquire(memory, appetite.model, [&](const clams::Device* device) {
    const bool is_too_large =
        appetite.oom_after > Bytes{0} && appetite.resident > appetite.oom_after;
    if (is_too_large) allocator_->fail(*device, appetite.resident);
    return std::make_shared<Model>(*allocator_, *device, appetite.resident);
  });
}

Block Hungry::work(const Appetite& appetite, const clams::Device& device) const {
  const Bytes limit = appetite.oom_after;
  if (limit > Bytes{0} && appetite.resident + appetite.work > limit) {
    const Bytes part = std::max(Bytes{0}, limit - appetite.resident);
    const Block fits{*allocator_, device, part};
    allocator_->fail(device, appetite.work - part);
  }
  return {*allocator_, device, appetite.work};
}

clams::WarmUp Hungry::warm_up(const clams::Parameters& parameters, clams::RequestMemory& memory) {
  if (memory.device() == nullptr) return clams::WarmUp::nothing;
  const auto model = get_model(appetite_of(parameters), memory);
  return clams::WarmUp::loaded;
}

void Hungry::annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                      clams::RequestContext& context) {
  const Appetite appetite = appetite_of(parameters);
  const clams::Device& device = device_of(context.memory());
  {
    const auto model = get_model(appetite, context.memory());
    const auto block = work(appetite, device);
    hold(appetite.hold, context);
  }
  clams::View& view = context.new_view(mmif);
  view.add_annotation(clams::types::kAnnotation, what_was_had(appetite, context.memory()));
}

}  // namespace hungry
