// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/memory_grant.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

CLAMS_INLINE MemoryGrant::MemoryGrant(ModelShelf& shelf, RequestNeed need)
    : shelf_(&shelf), need_(std::move(need)) {}

CLAMS_INLINE MemoryGrant::MemoryGrant(const Device& device, ModelShelf& shelf, RequestNeed need,
                                      std::vector<ModelHold> holds,
                                      std::shared_ptr<LedgerEntry> promise,
                                      std::function<void()> give_back)
    : device_(&device),
      shelf_(&shelf),
      need_(std::move(need)),
      holds_(std::move(holds)),
      promise_(std::move(promise)),
      give_back_(std::move(give_back)) {}

CLAMS_INLINE MemoryGrant::MemoryGrant(MemoryGrant&& other) noexcept
    : device_(other.device_),
      shelf_(other.shelf_),
      need_(std::move(other.need_)),
      holds_(std::move(other.holds_)),
      promise_(std::move(other.promise_)),
      give_back_(std::exchange(other.give_back_, nullptr)),
      farewell_(std::exchange(other.farewell_, nullptr)),
      waited_(other.waited_) {}

CLAMS_INLINE MemoryGrant& MemoryGrant::operator=(MemoryGrant&& other) noexcept {
  if (this == &other) return *this;
  end();
  device_ = other.device_;
  shelf_ = other.shelf_;
  need_ = std::move(other.need_);
  holds_ = std::move(other.holds_);
  promise_ = std::move(other.promise_);
  give_back_ = std::exchange(other.give_back_, nullptr);
  farewell_ = std::exchange(other.farewell_, nullptr);
  waited_ = other.waited_;
  return *this;
}

CLAMS_INLINE MemoryGrant::~MemoryGrant() { end(); }

CLAMS_INLINE Bytes MemoryGrant::promised() const noexcept {
  return promise_ ? promise_->promised() : Bytes{0};
}

CLAMS_INLINE ModelHold MemoryGrant::hold(const std::string& key) const {
  return shelf_->hold(key, device_ != nullptr ? device_->uuid : std::string{});
}

CLAMS_INLINE void MemoryGrant::end() noexcept {
  if (give_back_) give_back_();
  give_back_ = nullptr;
  holds_.clear();  // before the promise: whoever its end wakes may want to drop these models
  promise_.reset();
  if (farewell_) std::exchange(farewell_, nullptr)();
}

}  // namespace clams
