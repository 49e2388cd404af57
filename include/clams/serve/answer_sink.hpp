// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>

#include <functional>
#include <string>

namespace clams::http {

/// Where the answer to one request goes: whole by `send`, or by `begin`, pieces, and an end.
///
/// Ownership: shared between those who may answer.
/// Threads: thread-safe; one thread at a time makes the answer.
/// Errors: `send_piece` throws Error cancelled once nobody reads. A second answer is dropped.
class AnswerSink {
 public:
  AnswerSink() = default;
  AnswerSink(const AnswerSink&) = delete;
  AnswerSink& operator=(const AnswerSink&) = delete;
  AnswerSink(AnswerSink&&) = delete;
  AnswerSink& operator=(AnswerSink&&) = delete;
  virtual ~AnswerSink() = default;

  virtual void send(Response answer) = 0;

  /// Status, content type and headers now; the body follows.
  virtual void begin(Response head) = 0;
  /// The next piece of the body; waits while too much waits to be read.
  virtual void send_piece(std::string piece) = 0;
  virtual void end() = 0;
  /// The body that was begun will never be whole.
  virtual void break_off() = 0;

  /// `then` is called, once, if the client leaves before the answer has ended; at once if it has
  /// left already. It must not block.
  virtual void when_client_leaves(std::function<void()> then) = 0;
};

}  // namespace clams::http
