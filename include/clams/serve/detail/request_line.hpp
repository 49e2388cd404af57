// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/answer_sink.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/metrics.hpp>
#include <clams/serve/service_options.hpp>
#include <clams/serve/work_queue.hpp>
#include <clams/util/error.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>

namespace clams::detail {

/// Where requests that take long wait for a worker. Nobody waits for them meanwhile: the answer
/// goes to the sink when it is there, and a request whose client leaves is taken out of the line or
/// asked to stop.
///
/// Ownership: borrows metrics, which must outlive it; owns the workers.
/// Threads: thread-safe; nothing blocks.
/// Errors: none are thrown; what the line refuses is put into words by `refuse`.
class RequestLine {
 public:
  /// Makes the answer, or nothing if it went to the sink piece by piece; must not throw.
  using Work = std::function<std::optional<http::Response>(const std::stop_token&)>;
  using Refuse = std::function<http::Response(const Error&)>;

  RequestLine(const http::ServiceOptions& options, http::Metrics& metrics);

  /// Puts a request at the end of the line.
  void enter(const std::string& request_id, Work work, Refuse refuse,
             std::shared_ptr<http::AnswerSink> sink);

  [[nodiscard]] http::WorkQueue& queue() noexcept { return queue_; }
  [[nodiscard]] const http::WorkQueue& queue() const noexcept { return queue_; }

  /// Requests that are still running are refused now, even if their work goes on.
  void give_up_waiting();

 private:
  struct Entry;

  void run(Entry& entry, const std::stop_token& stop);
  void leave(const std::shared_ptr<Entry>& entry, http::JobState how);
  [[nodiscard]] Error why_full() const;

  http::Metrics& metrics_;
  std::mutex mutex_;  // guards entries_
  std::set<std::shared_ptr<Entry>> entries_;
  http::WorkQueue queue_;  // last: its threads use all of the above
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/request_line.ipp>
#endif
