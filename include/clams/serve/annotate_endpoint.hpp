// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/answer_sink.hpp>
#include <clams/serve/detail/request_line.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/service_options.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace clams::http {

/// Answers POST and PUT: hands the body to a worker, who sends the result. Other work of the app's
/// is done, and ends, in the same way.
///
/// Ownership: borrows the runner, the options and the line, which must outlive it.
/// Threads: thread-safe; a call does not wait for the work.
/// Errors: none are thrown; every failure is an answer.
class AnnotateEndpoint {
 public:
  AnnotateEndpoint(const AppRunner& runner, const ServiceOptions& options,
                   clams::detail::RequestLine& line);

  /// Sends the annotated MMIF to the sink, or why there is none. Status 499 if the client left.
  void answer(Request request, const std::string& request_id, std::shared_ptr<AnswerSink> sink);

  /// What the app does for a request. May throw whatever it likes; that becomes the answer.
  using Work = std::function<Response(const std::stop_token&)>;

  /// Sends the answer of other work.
  void answer_with(const std::string& request_id, Work work, std::shared_ptr<AnswerSink> sink);

 private:
  struct Task;

  [[nodiscard]] Response run_app(Task& task, const std::stop_token& stop) const;
  [[nodiscard]] Response run_safely(const Work& work, const std::stop_token& stop,
                                    const std::string& request_id) const;

  const AppRunner& runner_;
  const ServiceOptions& options_;
  clams::detail::RequestLine& line_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/annotate_endpoint.ipp>
#endif
