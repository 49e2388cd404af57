// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/pending_answer.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <utility>

namespace clams::detail {

// How soon it is noticed that a client has left.
inline constexpr std::chrono::milliseconds kClientPollInterval{100};

CLAMS_INLINE void PendingAnswer::send(http::Response answer) {
  {
    const std::scoped_lock lock{mutex_};
    if (std::exchange(answered_, true)) return;
    answer_ = std::move(answer);
    when_left_ = nullptr;
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::begin(http::Response head) {
  {
    const std::scoped_lock lock{mutex_};
    if (std::exchange(answered_, true)) return;
    answer_ = std::move(head);
    body_ = Body::open;
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::send_piece(std::string piece) {
  if (piece.empty()) return;  // an empty piece means something else to who reads
  {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return nobody_reads_ || pieces_.size() < kMostPieces; });
    if (nobody_reads_) throw Error{ErrorCode::cancelled, "nobody reads the answer any more"};
    pieces_.push_back(std::move(piece));
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::end() { end_body(Body::ended); }

CLAMS_INLINE void PendingAnswer::break_off() { end_body(Body::broken); }

CLAMS_INLINE void PendingAnswer::end_body(Body how) {
  {
    const std::scoped_lock lock{mutex_};
    if (body_ == Body::open) body_ = how;
    when_left_ = nullptr;
  }
  changed_.notify_all();
}

CLAMS_INLINE void PendingAnswer::when_client_leaves(std::function<void()> then) {
  {
    const std::scoped_lock lock{mutex_};
    if (!left_) {
      when_left_ = std::move(then);
      return;
    }
  }
  then();
}

CLAMS_INLINE bool PendingAnswer::wait_for(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience, [this] { return answer_.has_value(); });
}

CLAMS_INLINE http::Response PendingAnswer::take() {
  const std::scoped_lock lock{mutex_};
  return std::move(*answer_);
}

CLAMS_INLINE bool PendingAnswer::has_pieces() const {
  const std::scoped_lock lock{mutex_};
  return body_ != Body::whole;
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

CLAMS_INLINE void PendingAnswer::leave() {
  std::function<void()> then;
  {
    const std::scoped_lock lock{mutex_};
    left_ = true;
    then = std::exchange(when_left_, nullptr);
  }
  if (then) then();  // first, so that whose piece is refused has been asked to stop
  {
    const std::scoped_lock lock{mutex_};
    nobody_reads_ = true;
  }
  changed_.notify_all();
}

CLAMS_INLINE http::Response take_answer(const std::shared_ptr<PendingAnswer>& pending) {
  http::Response answer = pending->take();
  if (!pending->has_pieces()) return answer;
  // The last copy of the function that goes, with or without the end, tells that nobody reads on.
  const std::shared_ptr<PendingAnswer> reader{pending.get(),
                                              [pending](PendingAnswer* p) { p->leave(); }};
  answer.next_piece = [reader] { return reader->next_piece(kClientPollInterval); };
  return answer;
}

}  // namespace clams::detail
