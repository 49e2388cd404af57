// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_account.hpp>
#include <clams/memory/memory_grant.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

CLAMS_INLINE MemoryGrant::MemoryGrant(ModelShelf& shelf, RequestNeed need)
    : shelf_(&shelf), need_(std::move(need)) {}

CLAMS_INLINE MemoryGrant::MemoryGrant(DeviceAccount& account, ModelShelf& shelf, RequestNeed need,
                                      std::vector<ModelHold> holds, LedgerEntry promise)
    : account_(&account),
      shelf_(&shelf),
      need_(std::move(need)),
      holds_(std::move(holds)),
      promise_(std::make_shared<LedgerEntry>(std::move(promise))) {}

CLAMS_INLINE MemoryGrant::MemoryGrant(MemoryGrant&& other) noexcept
    : account_(std::exchange(other.account_, nullptr)),
      shelf_(other.shelf_),
      need_(std::move(other.need_)),
      holds_(std::move(other.holds_)),
      promise_(std::move(other.promise_)),
      waited_(other.waited_) {}

CLAMS_INLINE MemoryGrant& MemoryGrant::operator=(MemoryGrant&& other) noexcept {
  if (this == &other) return *this;
  end();
  account_ = std::exchange(other.account_, nullptr);
  shelf_ = other.shelf_;
  need_ = std::move(other.need_);
  holds_ = std::move(other.holds_);
  promise_ = std::move(other.promise_);
  waited_ = other.waited_;
  return *this;
}

CLAMS_INLINE MemoryGrant::~MemoryGrant() { end(); }

CLAMS_INLINE const Device* MemoryGrant::device() const noexcept {
  return account_ != nullptr ? &account_->device() : nullptr;
}

CLAMS_INLINE Bytes MemoryGrant::promised() const noexcept {
  return promise_ ? promise_->promised() : Bytes{0};
}

CLAMS_INLINE ModelHold MemoryGrant::hold(const std::string& key) const {
  return shelf_->hold(key, account_ != nullptr ? account_->device().uuid : std::string{});
}

CLAMS_INLINE void MemoryGrant::end() noexcept {
  if (account_ != nullptr) account_->forget(promise_);
  account_ = nullptr;
  promise_.reset();
  holds_.clear();
}

}  // namespace clams
