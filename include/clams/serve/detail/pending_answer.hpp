// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/answer_sink.hpp>
#include <clams/serve/message.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace clams::detail {

/// An answer for somebody who waits for it in a thread of his own: whole, or first its head and
/// then its body piece by piece.
///
/// Ownership: shared between both sides.
/// Threads: thread-safe.
/// Errors: as http::AnswerSink; `next_piece` throws Error cancelled if the body breaks off.
class PendingAnswer final : public http::AnswerSink {
 public:
  /// How many pieces may wait for a client that reads slowly.
  static constexpr std::size_t kMostPieces = 64;

  void send(http::Response answer) override;
  void begin(http::Response head) override;
  void send_piece(std::string piece) override;
  void end() override;
  void break_off() override;
  void when_client_leaves(std::function<void()> then) override;

  // --- the waiting side ---

  /// Waits until there is an answer, or its head. @return whether there is.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds patience);
  [[nodiscard]] http::Response take();
  /// Whether the body comes in pieces.
  [[nodiscard]] bool has_pieces() const;
  /// The next piece; empty if none came within `patience`; nothing at the end.
  [[nodiscard]] std::optional<std::string> next_piece(std::chrono::milliseconds patience);
  /// Nobody wants the answer, or the rest of it, any more.
  void leave();

 private:
  enum class Body { whole, open, ended, broken };

  void end_body(Body how);

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::optional<http::Response> answer_;
  std::deque<std::string> pieces_;
  std::function<void()> when_left_;
  Body body_ = Body::whole;
  bool answered_ = false;
  bool left_ = false;
  bool nobody_reads_ = false;
};

/// The answer with its pieces as Response::next_piece; who destroys that before the end leaves.
/// @pre the answer, or its head, is there.
[[nodiscard]] http::Response take_answer(const std::shared_ptr<PendingAnswer>& pending);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/pending_answer.ipp>
#endif
