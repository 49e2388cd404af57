// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/pending_answer.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <utility>

namespace clams::detail {

CLAMS_INLINE void PendingAnswer::finish(http::Response answer) {
  {
    const std::scoped_lock lock{mutex_};
    if (begun_) {
      if (body_ == Body::open) body_ = Body::ended;
    } else {
      answer_ = std::move(answer);
    }
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::begin(http::Response head) {
  {
    const std::scoped_lock lock{mutex_};
    if (begun_) throw Error{ErrorCode::internal, "an answer was begun twice"};
    answer_ = std::move(head);
    begun_ = true;
    body_ = Body::open;
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::send(std::string piece) {
  if (piece.empty()) return;  // an empty piece means something else to who reads
  {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return abandoned_ || pieces_.size() < kMostPieces; });
    if (abandoned_) throw Error{ErrorCode::cancelled, "nobody reads the answer any more"};
    pieces_.push_back(std::move(piece));
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::break_off() {
  {
    const std::scoped_lock lock{mutex_};
    if (body_ == Body::open) body_ = Body::broken;
  }
  changed_.notify_all();
}

CLAMS_INLINE bool PendingAnswer::has_begun() const {
  const std::scoped_lock lock{mutex_};
  return begun_;
}

CLAMS_INLINE bool PendingAnswer::wait_for(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience, [this] { return answer_.has_value(); });
}

CLAMS_INLINE http::Response PendingAnswer::take() {
  const std::scoped_lock lock{mutex_};
  return std::move(*answer_);
}

CLAMS_INLINE std::optional<std::string> PendingAnswer::next_piece(
    std::chrono::milliseconds patience) {
  std::string piece;
  {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, patience, [this] { return !pieces_.empty() || body_ != Body::open; });
    if (pieces_.empty()) {
      if (body_ == Body::open) return piece;
      if (body_ == Body::ended) return std::nullopt;
      throw Error{ErrorCode::cancelled, "the answer broke off"};
    }
    piece = std::move(pieces_.front());
    pieces_.pop_front();
  }
  changed_.notify_all();
  return piece;
}

CLAMS_INLINE void PendingAnswer::abandon() {
  {
    const std::scoped_lock lock{mutex_};
    abandoned_ = true;
  }
  changed_.notify_all();
}

}  // namespace clams::detail
