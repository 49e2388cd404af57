// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/model_shelf.hpp>
#include <clams/memory/request_memory.hpp>
#include <clams/memory/resident_model.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <utility>

namespace clams {

/// A request's use of a loaded model. While it lives the model stays loaded.
///
/// Ownership: shares the model; ends its hold on destruction.
/// Threads: confined; what may be done with the model at once is the model's affair.
/// Errors: none.
template <class Model>
class ModelLease {
 public:
  ModelLease(ModelHold hold, std::shared_ptr<Model> model, std::optional<std::size_t> context)
      : hold_(std::move(hold)), model_(std::move(model)), context_(context) {}
  ModelLease(ModelLease&& other) noexcept
      : hold_(std::move(other.hold_)),
        model_(std::move(other.model_)),
        context_(std::exchange(other.context_, std::nullopt)) {}
  ModelLease& operator=(ModelLease&&) = delete;
  ModelLease(const ModelLease&) = delete;
  ModelLease& operator=(const ModelLease&) = delete;
  ~ModelLease() {
    model_.reset();
    if (context_) hold_.model().return_context(*context_);
  }

  [[nodiscard]] Model& operator*() const noexcept { return *model_; }
  [[nodiscard]] Model* operator->() const noexcept { return model_.get(); }

  /// Which of the copy's contexts this is, from 0; 0 too if any number may share it.
  [[nodiscard]] std::size_t context() const noexcept { return context_.value_or(0); }

 private:
  ModelHold hold_;
  std::shared_ptr<Model> model_;
  std::optional<std::size_t> context_;
};

/// An app's models of one type: one shared copy of each per device, loaded by the first request
/// that wants it and dropped when it has been idle for long or its room is needed.
///
///     ModelPool<Recognizer> models_;
///     ...
///     const auto recognizer = models_.acquire(context.memory(), "base", [&](const Device* gpu) {
///       return std::make_shared<Recognizer>(path, gpu);
///     });
///
/// The key names weights and compute type; it is the key that model_requirements() declares. The
/// device is the one that the request was admitted to.
///
/// Ownership: the models belong to the process's GpuMemory; the pool holds only how they are
/// shared. Threads: thread-safe. Of callers that want the same model at once, one loads it; the
/// others wait
///   and get that copy, or that load's error.
/// Errors: as stated.
template <class Model>
class ModelPool {
 public:
  using Load = std::function<std::shared_ptr<Model>(const Device* device)>;

  /// @param sharing contexts = 1 makes the models exclusive, 0 lets any number share them.
  explicit ModelPool(ModelSharing sharing = {}) : sharing_(sharing) {}

  /// The model, loaded. @throws as RequestMemory::get_model and ResidentModel::take_context.
  [[nodiscard]] ModelLease<Model> acquire(RequestMemory& memory, const std::string& key,
                                          const Load& load) const {
    ModelHold hold = memory.grant().hold(key);
    memory.grant().shelf().set_sharing(hold, sharing_);
    auto model = std::static_pointer_cast<Model>(memory.get_model(
        hold, typeid(Model), [&]() -> std::shared_ptr<void> { return load(memory.device()); }));
    std::optional<std::size_t> context;
    if (sharing_.contexts > 0) {
      context = hold.model().take_context(sharing_.contexts, memory.request().patience);
    }
    return {std::move(hold), std::move(model), context};
  }

 private:
  ModelSharing sharing_;
};

}  // namespace clams
