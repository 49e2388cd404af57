// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_line.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/scope_exit.hpp>

#include <chrono>
#include <new>
#include <string>
#include <thread>
#include <utility>

namespace clams::detail {

inline constexpr int kClientClosedRequest = 499;

CLAMS_INLINE std::size_t worker_count(std::size_t asked) {
  if (asked > 0) return asked;
  const unsigned processors = std::thread::hardware_concurrency();
  return processors > 0 ? processors : 1;
}

CLAMS_INLINE Error shutting_down() {
  return {ErrorCode::unavailable, "This server is shutting down. Please retry later."};
}

/// A request in the line, from its coming to its answer.
struct RequestLine::Entry {
  Work work;
  Refuse refuse;
  std::shared_ptr<http::AnswerSink> sink;
  Clock::SteadyTime since = std::chrono::steady_clock::now();
  std::optional<http::Response> answer = {};  // the worker's, sent when the queue is rid of it
};

CLAMS_INLINE RequestLine::RequestLine(const http::ServiceOptions& options, http::Metrics& metrics)
    : metrics_(metrics), queue_(worker_count(options.workers), options.queue_limit) {}

CLAMS_INLINE void RequestLine::enter(const std::string& request_id, Work work, Refuse refuse,
                                     std::shared_ptr<http::AnswerSink> sink) {
  const auto entry =
      std::make_shared<Entry>(Entry{std::move(work), std::move(refuse), std::move(sink)});
  {
    const std::scoped_lock lock{mutex_};
    entries_.insert(entry);
  }
  std::shared_ptr<http::Job> job;
  {
    ScopeExit forget{[&] {
      const std::scoped_lock lock{mutex_};
      entries_.erase(entry);
    }};
    job = queue_.submit([this, entry](const std::stop_token& stop) { run(*entry, stop); },
                        [this, entry](http::JobState how) { leave(entry, how); }, request_id);
    if (job) forget.release();
  }
  if (!job) return entry->sink->send(entry->refuse(why_full()));
  entry->sink->when_client_leaves([this, job, weak = std::weak_ptr{entry}] {
    if (const auto left = weak.lock()) left->sink->send({.status = kClientClosedRequest});
    queue_.abandon(job);
  });
}

CLAMS_INLINE void RequestLine::run(Entry& entry, const std::stop_token& stop) {
  metrics_.observe_queue_wait(std::chrono::steady_clock::now() - entry.since);
  try {
    entry.answer = entry.work(stop);
  } catch (const std::bad_alloc&) {
    entry.answer = http::Response{.status = 503};  // there was no memory to say so in words
  }
}

// Who has the answer finds the queue as it is without this request.
CLAMS_INLINE void RequestLine::leave(const std::shared_ptr<Entry>& entry, http::JobState how) {
  {
    const std::scoped_lock lock{mutex_};
    entries_.erase(entry);
  }
  if (how == http::JobState::refused) return entry->sink->send(entry->refuse(shutting_down()));
  if (entry->answer) {
    entry->sink->send(*std::move(entry->answer));
  } else {
    entry->sink->end();
  }
}

CLAMS_INLINE void RequestLine::give_up_waiting() {
  std::set<std::shared_ptr<Entry>> entries;
  {
    const std::scoped_lock lock{mutex_};
    entries = entries_;
  }
  for (const auto& entry : entries) {
    entry->sink->send(entry->refuse(shutting_down()));
    entry->sink->break_off();
  }
}

CLAMS_INLINE Error RequestLine::why_full() const {
  if (queue_.is_draining()) return shutting_down();
  const auto counts = queue_.counts();
  return {ErrorCode::unavailable,
          "Busy: " + counted(counts.workers, "request runs", "requests run") + " and " +
              counted(counts.waiting, "waits", "wait") + " already. Please retry later."};
}

}  // namespace clams::detail
