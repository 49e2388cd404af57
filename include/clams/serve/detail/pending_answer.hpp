// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace clams::detail {

/// An answer on its way from the worker that makes it to the connection that waits for it: whole,
/// or first its head and then its body piece by piece.
///
/// Ownership: shared between both sides.
/// Threads: thread-safe.
/// Errors: `send` throws Error cancelled once nobody reads, `next_piece` if the body breaks off.
class PendingAnswer {
 public:
  /// How many pieces may wait for a client that reads slowly.
  static constexpr std::size_t kMostPieces = 64;

  // --- the worker's side ---

  /// The answer is there; after `begin` its body has ended.
  void finish(http::Response answer);
  /// The head is there; the body follows by `send`.
  void begin(http::Response head);
  /// Adds a piece; waits while too many wait to be read.
  void send(std::string piece);
  /// The body that was begun will never be whole.
  void break_off();
  [[nodiscard]] bool has_begun() const;

  // --- the connection's side ---

  /// Waits until there is an answer, or its head. @return whether there is.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds patience);
  [[nodiscard]] http::Response take();
  /// The next piece; empty if none came within `patience`; nothing at the end.
  [[nodiscard]] std::optional<std::string> next_piece(std::chrono::milliseconds patience);
  /// Nobody reads on.
  void abandon();

 private:
  enum class Body { whole, open, ended, broken };

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::optional<http::Response> answer_;
  std::deque<std::string> pieces_;
  Body body_ = Body::whole;
  bool begun_ = false;
  bool abandoned_ = false;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/pending_answer.ipp>
#endif
