// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/model_shelf.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

/// What it costs to have dropped a model, for each byte that it frees: the seconds to load it
/// again, times how often it has been used, less the longer nobody has.
CLAMS_INLINE double eviction_cost(const ModelStatus& model) {
  const double seconds = std::chrono::duration<double>(model.load_time).count() + 0.1;
  const double idle = std::chrono::duration<double>(model.idle).count() + 1.0;
  const double bytes = static_cast<double>(std::max(model.promised, model.measured).count()) + 1.0;
  return seconds * static_cast<double>(model.uses + 1) / (bytes * idle);
}

}  // namespace detail

CLAMS_INLINE ModelHold::ModelHold(ModelHold&& other) noexcept
    : shelf_(std::exchange(other.shelf_, nullptr)), model_(std::move(other.model_)) {}

CLAMS_INLINE ModelHold& ModelHold::operator=(ModelHold&& other) noexcept {
  if (this != &other) {
    end();
    shelf_ = std::exchange(other.shelf_, nullptr);
    model_ = std::move(other.model_);
  }
  return *this;
}

CLAMS_INLINE ModelHold::~ModelHold() { end(); }

CLAMS_INLINE void ModelHold::end() noexcept {
  if (shelf_ != nullptr) shelf_->release(*model_);
  shelf_ = nullptr;
  model_.reset();
}

CLAMS_INLINE ModelHold ModelShelf::hold(const std::string& key, const std::string& device) {
  const std::scoped_lock lock{mutex_};
  auto& model = models_[{device, key}];
  if (!model) model = std::make_shared<ResidentModel>(key, device);
  ++model->holds_;
  return ModelHold{*this, model};
}

CLAMS_INLINE bool ModelShelf::is_covered(const std::string& key, const std::string& device) const {
  const std::scoped_lock lock{mutex_};
  const auto found = models_.find({device, key});
  return found != models_.end() && found->second->promise_.has_value();
}

CLAMS_INLINE std::optional<LedgerEntry> ModelShelf::cover(const ModelHold& held,
                                                          LedgerEntry promise) {
  const std::scoped_lock lock{mutex_};
  auto& existing = held.model().promise_;
  if (existing) return promise;
  existing = std::move(promise);
  return std::nullopt;
}

CLAMS_INLINE void ModelShelf::set_sharing(const ModelHold& held, const ModelSharing& sharing) {
  const std::scoped_lock lock{mutex_};
  held.model().sharing_ = sharing;
}

CLAMS_INLINE bool ModelShelf::pin(const std::string& key, Pin wish) {
  const std::scoped_lock lock{mutex_};
  bool is_there = false;
  for (const auto& [place, model] : models_) {
    if (model->key_ != key || !model->facts().is_loaded) continue;
    model->pinned_by_hand_ = wish == Pin::keep;
    is_there = true;
  }
  return is_there;
}

// A place that was promised memory but never loaded gives the promise back with its last hold.
CLAMS_INLINE void ModelShelf::release(ResidentModel& model) noexcept {
  std::shared_ptr<ResidentModel> unused;
  std::optional<LedgerEntry> promise;  // given back to the ledger's file after the lock is
  const std::scoped_lock lock{mutex_};
  model.last_use_ = clock_.steady_now();
  ++model.uses_;
  if (--model.holds_ > 0 || model.facts().is_loaded) return;
  const auto found = models_.find({model.device_, model.key_});
  if (found == models_.end()) return;
  unused = std::move(found->second);
  models_.erase(found);
  promise.swap(unused->promise_);
}

CLAMS_INLINE std::vector<ModelStatus> ModelShelf::list() const {
  const std::scoped_lock lock{mutex_};
  std::vector<ModelStatus> result;
  result.reserve(models_.size());
  for (const auto& [place, model] : models_) result.push_back(status(*model));
  return result;
}

CLAMS_INLINE ModelStatus ModelShelf::status(const ResidentModel& model) const {
  const ResidentModel::Facts facts = model.facts();
  const auto idle = model.holds_ > 0 ? Clock::SteadyTime::duration::zero()
                                     : clock_.steady_now() - model.last_use_;
  return {.key = model.key_,
          .device = model.device_,
          .is_loaded = facts.is_loaded,
          .is_pinned = model.pinned_by_hand_.value_or(model.sharing_.is_pinned),
          .holds = model.holds_,
          .promised = model.promise_ ? model.promise_->promised() : Bytes{0},
          .measured = facts.measured,
          .load_time = facts.load_time,
          .uses = model.uses_,
          .idle = std::chrono::duration_cast<std::chrono::milliseconds>(idle)};
}

CLAMS_INLINE std::shared_ptr<ResidentModel> ModelShelf::take_idle(const Choose& choose) {
  const std::scoped_lock lock{mutex_};
  auto best = models_.end();
  double best_cost = 0;
  for (auto it = models_.begin(); it != models_.end(); ++it) {
    const ModelStatus model = status(*it->second);
    if (model.holds > 0 || !choose(model, it->second->sharing_)) continue;
    const double cost = detail::eviction_cost(model);
    if (best == models_.end() || cost < best_cost) {
      best = it;
      best_cost = cost;
    }
  }
  if (best == models_.end()) return nullptr;
  auto taken = std::move(best->second);
  models_.erase(best);
  return taken;
}

CLAMS_INLINE Bytes ModelShelf::drop(const std::shared_ptr<ResidentModel>& model,
                                    const EvictionHook& hook) {
  const Bytes promised = model->promise_ ? model->promise_->promised() : Bytes{0};
  const auto destroy = [&] {
    if (model->promise_) model->promise_->set_used(Bytes{0});
    model->take_model().reset();
  };
  if (hook) {
    hook(*model, destroy);
  } else {
    destroy();
  }
  model->promise_.reset();
  return promised;
}

CLAMS_INLINE Bytes ModelShelf::evict(const std::string& device, Bytes wanted,
                                     const EvictionHook& hook) {
  Bytes freed;
  while (freed < wanted) {
    const auto model = take_idle([&](const ModelStatus& candidate, const ModelSharing&) {
      return candidate.device == device && !candidate.is_pinned;
    });
    if (!model) break;
    freed += drop(model, hook);
  }
  return freed;
}

CLAMS_INLINE Bytes ModelShelf::evict_expired(std::chrono::milliseconds keep_alive,
                                             const EvictionHook& hook) {
  Bytes freed;
  while (const auto model = take_idle([&](const ModelStatus& candidate, const ModelSharing& own) {
           return !candidate.is_pinned && candidate.idle >= own.keep_alive.value_or(keep_alive);
         })) {
    freed += drop(model, hook);
  }
  return freed;
}

CLAMS_INLINE bool ModelShelf::unload(const std::string& key, const EvictionHook& hook) {
  bool found = false;
  while (const auto model = take_idle([&](const ModelStatus& candidate, const ModelSharing&) {
           return candidate.key == key;
         })) {
    drop(model, hook);
    found = true;
  }
  return found;
}

CLAMS_INLINE Bytes ModelShelf::idle_bytes(const std::string& device) const {
  Bytes sum;
  for (const ModelStatus& model : list()) {
    if (model.device == device && model.holds == 0 && !model.is_pinned) sum += model.promised;
  }
  return sum;
}

CLAMS_INLINE Bytes ModelShelf::settle(const std::string& device, Bytes held) {
  const std::scoped_lock lock{mutex_};
  for (const auto& [place, model] : models_) {
    if (model->device_ != device || !model->promise_) continue;
    const Bytes mine = std::min(held, model->promise_->promised());
    model->promise_->set_used(mine);
    held -= mine;
  }
  return held;
}

}  // namespace clams
