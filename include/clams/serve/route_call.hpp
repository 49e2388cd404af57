// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/answer_sink.hpp>
#include <clams/serve/message.hpp>

#include <string>
#include <utility>

namespace clams::http {

/// One request to a route of the app's own, beside the Request itself: how long it may take, the
/// way to the app's models, and the way to answer piece by piece.
///
/// Ownership: lives for one call of the handler; borrows the runner.
/// Threads: confined to the thread that runs the handler, but for `send`, which one other thread
///   may call instead.
/// Errors: as stated.
class RouteCall {
 public:
  /// @param sink where pieces go.
  RouteCall(const AppRunner& runner, RequestOptions options, AnswerSink& sink)
      : runner_(runner), options_(std::move(options)), sink_(sink) {}

  [[nodiscard]] const AppRunner& runner() const noexcept { return runner_; }
  /// Id, stop token and deadline: for code that asks them now and then.
  [[nodiscard]] const RequestOptions& options() const noexcept { return options_; }
  /// Writes with this request's id.
  [[nodiscard]] Logger logger() const { return runner_.logger().with_request_id(options_.id); }

  /// Does work with the app's models: admitted to a device, measured, and done once more after an
  /// allocation failed, as for an annotate request with these parameters. An answer that has begun
  /// is not begun again: it breaks off.
  /// @throws as AppRunner::run.
  void run(const RawParameters& parameters, const AppRunner::Work& work) const;

  /// Sends status, content type and headers of `head` now; the body follows by `send`, and what
  /// the handler returns is not used. Of a handler that throws after this the body breaks off.
  /// @throws Error internal if it was begun before.
  void begin(Response head);

  /// Sends a piece of the body; waits for a client that reads slowly.
  /// @throws Error cancelled once the client has left.
  void send(std::string piece);

  [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }

 private:
  const AppRunner& runner_;
  const RequestOptions options_;
  AnswerSink& sink_;
  bool has_begun_ = false;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/route_call.ipp>
#endif
