// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/resident_model.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE ResidentModel::Erased ResidentModel::checked(std::type_index type) const {
  if (type == type_) return model_;
  throw Error{ErrorCode::internal, "model '" + key_ +
                                       "' is loaded as another type than the one asked for; "
                                       "give each type of model keys of its own"};
}

CLAMS_INLINE ResidentModel::Erased ResidentModel::get_or_load(std::type_index type,
                                                              const Load& load,
                                                              const Patience& patience) {
  std::unique_lock lock{mutex_};
  if (model_) return checked(type);
  if (is_loading_) {
    const std::size_t attempt = attempts_;
    patience.wait(lock, changed_, "the load of model '" + key_ + "'",
                  [&] { return attempts_ != attempt; });
    if (!model_) std::rethrow_exception(failure_);
    return checked(type);
  }
  load_unlocked(lock, type, load);
  return model_;
}

CLAMS_INLINE void ResidentModel::load_unlocked(std::unique_lock<std::mutex>& lock,
                                               std::type_index type, const Load& load) {
  is_loading_ = true;
  lock.unlock();
  Loaded loaded;
  std::exception_ptr failure;
  try {
    loaded = load();
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  is_loading_ = false;
  ++attempts_;
  failure_ = failure;
  type_ = type;
  model_ = std::move(loaded.model);
  measured_ = loaded.measured;
  load_time_ = loaded.load_time;
  changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
}

CLAMS_INLINE ResidentModel::Erased ResidentModel::take_model() noexcept {
  const std::scoped_lock lock{mutex_};
  return std::exchange(model_, nullptr);
}

CLAMS_INLINE ResidentModel::Facts ResidentModel::facts() const {
  const std::scoped_lock lock{mutex_};
  return {.is_loaded = model_ != nullptr, .measured = measured_, .load_time = load_time_};
}

CLAMS_INLINE std::size_t ResidentModel::take_context(std::size_t count, const Patience& patience) {
  std::unique_lock lock{mutex_};
  if (taken_.size() < count) taken_.resize(count);
  const auto find_free = [&] { return std::find(taken_.begin(), taken_.end(), false); };
  patience.wait(lock, changed_, "a context of model '" + key_ + "'",
                [&] { return find_free() != taken_.end(); });
  const auto free = find_free();
  *free = true;
  return static_cast<std::size_t>(free - taken_.begin());
}

CLAMS_INLINE void ResidentModel::return_context(std::size_t context) noexcept {
  const std::scoped_lock lock{mutex_};
  taken_[context] = false;
  changed_.notify_all();
}

}  // namespace clams
