// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/gate_connection.hpp>
#include <clams/util/config.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <new>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace clams::detail {

// How long a client may still read its last answer, before the connection is closed under it.
inline constexpr std::chrono::milliseconds kLinger{1000};
// How much of a streamed answer waits for a slow reader before its maker waits too.
inline constexpr std::size_t kMostOutput = std::size_t{1} << 20U;

// EWOULDBLOCK is the same number on Linux, where this runs.
CLAMS_INLINE bool must_wait(int error) noexcept { return error == EAGAIN; }

CLAMS_INLINE GateConnection::GateConnection(std::uint64_t id, int socket, Peer peer,
                                            Surroundings surroundings, Clock::SteadyTime now)
    : id_(id),
      socket_(socket),
      peer_(std::move(peer)),
      around_(surroundings),
      reader_(*surroundings.rules),
      since_(now),
      progress_(now) {}

CLAMS_INLINE GateConnection::~GateConnection() { close(); }

CLAMS_INLINE void GateConnection::close() {
  book_body(0);
  const std::scoped_lock lock{mutex_};
  if (std::exchange(phase_, Phase::closed) != Phase::closed) ::close(socket_);
  output_shrank_.notify_all();
}

CLAMS_INLINE bool GateConnection::is_closed() const {
  const std::scoped_lock lock{mutex_};
  return phase_ == Phase::closed;
}

// --- reading: who has the gate's turn ---

CLAMS_INLINE void GateConnection::handle(std::uint32_t events, std::string& scratch,
                                         Clock::SteadyTime now) {
  Phase phase = Phase::closed;
  {
    const std::scoped_lock lock{mutex_};
    const bool has_output = phase_ == Phase::writing || phase_ == Phase::streaming;
    if (has_output && (events & EPOLLOUT) != 0) flush(now);
    if ((events & (EPOLLIN | EPOLLRDHUP)) != 0 && phase_ != Phase::reading) missed_input_ = true;
    phase = phase_;
  }
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    note_hangup();
    return close();
  }
  const bool is_end = (events & EPOLLRDHUP) != 0;
  if (phase == Phase::reading && (is_end || (events & EPOLLIN) != 0)) read(scratch, now, is_end);
  if (phase == Phase::lingering) discard(scratch);
  if (is_end) note_hangup();
}

CLAMS_INLINE void GateConnection::resume(std::string& scratch, Clock::SteadyTime now) {
  bool drained = false;
  {
    const std::scoped_lock lock{mutex_};
    if (phase_ == Phase::lingering) drained = true;
    if (phase_ != Phase::reading && !drained) return;
    missed_input_ = false;
  }
  if (drained) return discard(scratch);
  since_ = progress_ = now;
  if (take_in({}, now)) read(scratch, now, true);
}

/// @param to_end whether to read until nothing is there, even after less than was asked for.
CLAMS_INLINE void GateConnection::read(std::string& scratch, Clock::SteadyTime now, bool to_end) {
  while (true) {
    const ssize_t count = ::recv(socket_, scratch.data(), scratch.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && must_wait(errno)) return;
    if (count <= 0) return close();
    progress_ = now;
    if (!take_in({scratch.data(), static_cast<std::size_t>(count)}, now)) return;
    if (!to_end && static_cast<std::size_t>(count) < scratch.size()) return;  // more will be told
  }
}

/// @return whether more may be read.
CLAMS_INLINE bool GateConnection::take_in(std::string_view bytes, Clock::SteadyTime now) {
  const auto before = reader_.state();
  const auto state = reader_.feed(bytes);
  if (state != before) note_progress(state, now);
  if (state == RequestReader::State::body) book_body(reader_.body_size());
  if (reader_.wants_continue()) {
    // A client that cannot take 25 bytes now sends its body without them.
    (void)::send(socket_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  if (state == RequestReader::State::whole) {
    hand_over();
    return false;
  }
  if (state == RequestReader::State::refused) {
    const std::scoped_lock lock{mutex_};
    write_last(reader_.take_refusal());
    return false;
  }
  return true;
}

CLAMS_INLINE void GateConnection::note_progress(RequestReader::State state, Clock::SteadyTime now) {
  if (state != RequestReader::State::idle) is_fresh_ = false;
  since_ = now;
}

CLAMS_INLINE void GateConnection::hand_over() {
  book_body(0);
  {
    const std::scoped_lock lock{mutex_};
    phase_ = Phase::answering;
    keep_ = reader_.wishes().keep && !around_.keeper->is_draining();
  }
  http::Request request = reader_.take();
  request.is_local = peer_.is_local;
  around_.keeper->dispatch(shared_from_this(), std::move(request));
}

CLAMS_INLINE void GateConnection::book_body(std::size_t size) {
  if (size == booked_) return;
  *around_.buffered += size - booked_;  // wraps to a subtraction
  booked_ = size;
}

CLAMS_INLINE void GateConnection::note_hangup() {
  std::function<void()> then;
  {
    const std::scoped_lock lock{mutex_};
    hung_up_ = true;
    then = std::exchange(when_left_, nullptr);
  }
  if (then) then();  // first, so that whose piece is refused has been asked to stop
  {
    const std::scoped_lock lock{mutex_};
    nobody_reads_ = true;
  }
  output_shrank_.notify_all();
}

CLAMS_INLINE void GateConnection::discard(std::string& scratch) {
  constexpr int kRounds = 64;
  for (int round = 0; round < kRounds; ++round) {
    const ssize_t count = ::recv(socket_, scratch.data(), scratch.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close();
  }
  close();
}

// --- deadlines: who has the gate's turn ---

CLAMS_INLINE void GateConnection::check_deadline(Clock::SteadyTime now) {
  if (!is_overdue(now)) return;
  give_up(now);
}

CLAMS_INLINE bool GateConnection::is_overdue(Clock::SteadyTime now) const {
  const http::GateOptions& options = *around_.options;
  const std::scoped_lock lock{mutex_};
  switch (phase_) {
    case Phase::closed:
    case Phase::answering: return false;
    case Phase::streaming: return !output_.empty() && now - progress_ >= options.stall;
    case Phase::lingering: return now - since_ >= kLinger;
    case Phase::writing: return now - progress_ >= options.stall || is_too_slow(now);
    case Phase::reading: break;
  }
  switch (reader_.state()) {
    case RequestReader::State::idle:
      return now - since_ >= (around_.keeper->is_draining() ? kLinger : options.idle);
    case RequestReader::State::head: return now - since_ >= options.head;
    default:
      return now - since_ >= options.body || now - progress_ >= options.stall || is_too_slow(now) ||
             *around_.buffered > options.max_buffered;
  }
}

CLAMS_INLINE bool GateConnection::is_too_slow(Clock::SteadyTime now) const {
  const auto elapsed = now - since_;
  if (elapsed < around_.options->slow_grace) return false;
  const std::size_t moved = phase_ == Phase::writing ? sent_ : reader_.body_size();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  return moved < around_.options->slowest * static_cast<std::size_t>(seconds);
}

CLAMS_INLINE void GateConnection::give_up(Clock::SteadyTime now) {
  const auto state = reader_.state();
  const bool is_full = *around_.buffered > around_.options->max_buffered;
  {
    const std::scoped_lock lock{mutex_};
    const bool owes_answer = phase_ == Phase::reading && state != RequestReader::State::idle;
    if (owes_answer) {
      auto refusal =
          is_full ? around_.rules->refuse(503, "Too many bodies are coming in. Retry later.")
                  : around_.rules->refuse(408, state == RequestReader::State::head
                                                   ? "The request head did not come in time."
                                                   : "The request body did not come in time.");
      write_last(std::move(refusal));
      since_ = now;
      return;
    }
  }
  note_hangup();
  close();
}

CLAMS_INLINE void GateConnection::drain(Clock::SteadyTime now) {
  bool ends = false;
  {
    const std::scoped_lock lock{mutex_};
    keep_ = false;
    ends = phase_ == Phase::reading && reader_.state() == RequestReader::State::idle && !is_fresh_;
    if (is_fresh_) since_ = now;  // what it is about to ask is still answered
  }
  if (ends) close();
}

CLAMS_INLINE Clock::SteadyTime GateConnection::last_active() const {
  const std::scoped_lock lock{mutex_};
  return since_;
}

CLAMS_INLINE void GateConnection::turn_away() {
  {
    const std::scoped_lock lock{mutex_};
    write_last(around_.rules->refuse(503, "Too many clients are connected. Please retry later."));
  }
  close();
}

CLAMS_INLINE bool GateConnection::is_idle() const {
  const std::scoped_lock lock{mutex_};
  return phase_ == Phase::reading && reader_.state() == RequestReader::State::idle;
}

// --- answering: any thread ---

// Where there is no memory even for the head of an answer, the end of the connection is the answer.
CLAMS_INLINE void GateConnection::send(http::Response answer) {
  try {
    send_whole(std::move(answer));
  } catch (const std::bad_alloc&) {
    close();
  }
}

CLAMS_INLINE void GateConnection::send_whole(http::Response answer) {
  const std::scoped_lock lock{mutex_};
  if (phase_ != Phase::answering) return;
  when_left_ = nullptr;
  std::string head = response_head(answer, BodyFraming::length, keep_);
  if (reader_.wishes().without_body) answer.body.clear();
  write(std::move(head), std::move(answer.body));
}

CLAMS_INLINE void GateConnection::begin(http::Response head) {
  const std::scoped_lock lock{mutex_};
  if (phase_ != Phase::answering) return;
  chunked_ = !reader_.wishes().is_http_1_0;
  keep_ = keep_ && chunked_;
  phase_ = Phase::streaming;
  sent_ = 0;
  queue_output(response_head(head, chunked_ ? BodyFraming::chunks : BodyFraming::close, keep_));
}

CLAMS_INLINE void GateConnection::send_piece(std::string piece) {
  if (piece.empty()) return;  // as a chunk it would be the end
  std::unique_lock lock{mutex_};
  output_shrank_.wait(lock, [this] {
    return nobody_reads_ || phase_ != Phase::streaming || output_.size() - sent_ < kMostOutput;
  });
  if (nobody_reads_ || phase_ != Phase::streaming) {
    throw Error{ErrorCode::cancelled, "nobody reads the answer any more"};
  }
  if (!reader_.wishes().without_body) queue_output(chunked_ ? as_chunk(piece) : piece);
}

CLAMS_INLINE void GateConnection::end() {
  const std::scoped_lock lock{mutex_};
  if (phase_ != Phase::streaming) return;
  when_left_ = nullptr;
  if (chunked_ && !reader_.wishes().without_body) output_.append(kLastChunk);
  phase_ = Phase::writing;
  since_ = progress_ = std::chrono::steady_clock::now();
  flush(since_);
}

CLAMS_INLINE void GateConnection::break_off() {
  const std::scoped_lock lock{mutex_};
  if (phase_ != Phase::streaming) return;
  when_left_ = nullptr;
  keep_ = false;  // the end of the connection before that of the body is what tells the client
  phase_ = Phase::writing;
  since_ = progress_ = std::chrono::steady_clock::now();
  flush(since_);
}

CLAMS_INLINE void GateConnection::when_client_leaves(std::function<void()> then) {
  {
    const std::scoped_lock lock{mutex_};
    if (phase_ != Phase::answering && phase_ != Phase::streaming) return;
    if (!hung_up_) {
      when_left_ = std::move(then);
      return;
    }
  }
  then();
}

CLAMS_INLINE void GateConnection::write(std::string head, std::string body) {
  std::array<iovec, 2> parts{iovec{head.data(), head.size()}, iovec{body.data(), body.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = body.empty() ? 1 : 2;
  const ssize_t count = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  const auto sent = count > 0 ? static_cast<std::size_t>(count) : std::size_t{0};
  if (sent == head.size() + body.size()) return finish_answer();
  // What is left is kept without a copy of a large body.
  phase_ = Phase::writing;
  if (sent >= head.size()) {
    output_ = std::move(body);
    sent_ = sent - head.size();
  } else {
    output_ = head.substr(sent) + body;
    sent_ = 0;
  }
  since_ = progress_ = std::chrono::steady_clock::now();
  flush(since_);  // room that came meanwhile is not told again
}

CLAMS_INLINE void GateConnection::write_last(http::Response answer) {
  keep_ = false;
  std::string head = response_head(answer, BodyFraming::length, keep_);
  write(std::move(head), std::move(answer.body));
}

CLAMS_INLINE void GateConnection::queue_output(std::string_view bytes) {
  output_.erase(0, std::exchange(sent_, 0));
  output_.append(bytes);
  flush(std::chrono::steady_clock::now());
}

CLAMS_INLINE void GateConnection::flush(Clock::SteadyTime now) {
  while (sent_ < output_.size()) {
    const ssize_t count = ::send(socket_, output_.data() + sent_, output_.size() - sent_,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && must_wait(errno)) return;
    if (count <= 0) {
      keep_ = false;
      hung_up_ = true;
      break;
    }
    sent_ += static_cast<std::size_t>(count);
    progress_ = now;
  }
  std::string{}.swap(output_);  // an assignment would keep the room of a large answer
  sent_ = 0;
  output_shrank_.notify_all();
  if (phase_ == Phase::writing) finish_answer();
}

CLAMS_INLINE void GateConnection::finish_answer() {
  since_ = progress_ = std::chrono::steady_clock::now();
  if (!keep_) {
    ::shutdown(socket_, SHUT_WR);
    phase_ = Phase::lingering;
  } else {
    phase_ = Phase::reading;
  }
  if (missed_input_ || hung_up_ || !keep_ || reader_.has_pending())
    around_.keeper->resume_later(id_);
}

}  // namespace clams::detail
