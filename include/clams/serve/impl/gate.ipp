// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/gate.hpp>
#include <clams/serve/impl/peer_address.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace clams::detail {

inline constexpr std::uint64_t kListenerId = 0;
inline constexpr std::uint64_t kWakeupId = 1;
inline constexpr std::uint64_t kCallId = 2;
inline constexpr std::size_t kScratchSize = std::size_t{64} << 10U;
inline constexpr int kAcceptsAtOnce = 64;
inline constexpr std::chrono::milliseconds kSweepInterval{100};
// When no descriptors are left, those that end in the meantime make room.
inline constexpr std::chrono::milliseconds kAcceptPause{100};
inline constexpr std::chrono::seconds kWarningPause{1};
// As long as workers come back from their jobs within this time, clients are left to them.
inline constexpr std::chrono::microseconds kHeadStart{500};

// The listening socket is the gate's from the first, also one that cannot be made.
[[nodiscard]] CLAMS_INLINE NearEvents make_events(std::size_t helpers, int listener) {
  try {
    return NearEvents{helpers};
  } catch (...) {
    ::close(listener);
    throw;
  }
}

CLAMS_INLINE Gate::Gate(int listener, RequestReader::Rules rules, http::GateOptions options,
                        Handler handler, Logger logger, std::size_t helpers)
    : rules_(std::move(rules)),
      options_(options),
      handler_(std::move(handler)),
      logger_(std::move(logger)),
      events_(make_events(helpers, listener)),
      wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      call_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      listener_(listener),
      scratch_(kScratchSize, '\0') {
  // Each write wakes one thread, not all that wait.
  if (wakeup_ >= 0 && call_ >= 0 && events_.watch(wakeup_, kWakeupId, EPOLLIN | EPOLLET) &&
      events_.watch(call_, kCallId, EPOLLIN | EPOLLET)) {
    return;
  }
  const std::string reason = std::generic_category().message(errno);
  close_all();
  throw Error{ErrorCode::io, "cannot watch connections: " + reason};
}

CLAMS_INLINE Gate::~Gate() {
  stop();
  close_all();
}

CLAMS_INLINE void Gate::close_all() noexcept {
  for (const int descriptor : {listener_, wakeup_, call_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

CLAMS_INLINE void Gate::start() {
  {
    const std::scoped_lock turn{turn_};
    watch_listener();
  }
  thread_ = std::thread{[this] { loop(); }};
}

CLAMS_INLINE void Gate::drain() {
  draining_ = true;
  wake();
}

CLAMS_INLINE void Gate::close_door() {
  door_closed_ = true;
  wake();
}

CLAMS_INLINE bool Gate::wait_until_none(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return none_left_.wait_for(lock, patience, [this] { return counts_.connections == 0; });
}

CLAMS_INLINE void Gate::stop() {
  stopping_ = true;
  events_.tell_everybody(wakeup_, kWakeupId);  // as nobody reads what is rung
  wake();
  if (thread_.joinable()) thread_.join();
  const std::scoped_lock turn{turn_};
  while (!connections_.empty()) {
    const auto connection = connections_.begin()->second.connection;
    connection->close();
    forget_closed(connection->id());
  }
}

CLAMS_INLINE GateCounts Gate::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

CLAMS_INLINE void ring(int event) {
  const std::uint64_t one = 1;
  // It fails only when it has been rung 2^64 times and nobody has looked yet.
  (void)!::write(event, &one, sizeof one);
}

CLAMS_INLINE void Gate::wake() { ring(wakeup_); }

CLAMS_INLINE void Gate::dispatch(std::shared_ptr<GateConnection> connection,
                                 http::Request request) {
  taken_in_.push_back({std::move(connection), std::move(request)});
}

CLAMS_INLINE void Gate::resume_later(std::uint64_t id) {
  {
    const std::scoped_lock lock{mutex_};
    to_resume_.push_back(id);
    if (to_resume_.size() > 1) return;  // the thread has been woken for the first
  }
  wake();
}

// --- the gate's thread ---

CLAMS_INLINE void Gate::loop() {
  while (!stopping_) {
    const auto& events = events_.wait_for_many(kSweepInterval);
    attend(events);
    if (!events.empty()) leave_to_workers();
    if (called_) ring(call_);  // it was heard here, where it was not meant
  }
}

CLAMS_INLINE void Gate::leave_to_workers() {
  if (helpings_ == 0) return;  // there are none
  std::uint64_t before = 0;
  do {
    before = helpings_;
    std::this_thread::sleep_for(kHeadStart);
  } while (helpings_ != before && !stopping_);
}

// --- workers without a job ---

CLAMS_INLINE void Gate::perform() {
  // One at a time: others are there for the next, and this thread may be long about a request.
  if (const auto event = events_.wait_for_one()) attend({&*event, 1});
  called_ = false;
  ++helpings_;
}

CLAMS_INLINE void Gate::call_back() {
  called_ = true;
  ring(call_);
}

// --- whoever has the turn ---

CLAMS_INLINE void Gate::attend(std::span<const epoll_event> events) {
  std::vector<TakenIn> taken_in;
  {
    const std::scoped_lock turn{turn_};
    if (stopping_) return;
    now_ = std::chrono::steady_clock::now();
    for (const epoll_event& event : events) handle_event(event.data.u64, event.events);
    look_after_all();
    taken_in.swap(taken_in_);
  }
  for (TakenIn& each : taken_in) {
    with_memory_for(*each.connection, [&] { handler_(std::move(each.request), each.connection); });
  }
}

CLAMS_INLINE void Gate::look_after_all() {
  try {
    if (draining_ && !drain_begun_) begin_drain();
    if (door_closed_ && listener_ >= 0) stop_listening();
    if (now_ >= next_sweep_) sweep();
  } catch (const std::bad_alloc&) {
    logger_.error("connections are looked after later: out of memory");
  }
}

// A connection for whose needs there is no memory is closed; the others notice nothing.
template <typename Work>
void Gate::with_memory_for(GateConnection& connection, const Work& work) const {
  try {
    work();
  } catch (const std::bad_alloc&) {
    connection.close();
    logger_.error("a connection was closed: out of memory");
  }
}

CLAMS_INLINE void Gate::handle_event(std::uint64_t id, std::uint32_t events) {
  if (id == kListenerId) return accept_all();
  if (id == kWakeupId) return take_messages();
  if (id == kCallId) return;  // who hears it looks for a job
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const auto connection = found->second.connection;
  with_memory_for(*connection, [&] { connection->handle(events, scratch_, now_); });
  if (!connection->is_closed()) return events_.follow(found->second.place);
  forget_closed(id);
}

CLAMS_INLINE void Gate::take_messages() {
  std::vector<std::uint64_t> ids;
  {
    const std::scoped_lock lock{mutex_};
    ids.swap(to_resume_);
  }
  for (const std::uint64_t id : ids) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    const auto connection = found->second.connection;
    with_memory_for(*connection, [&] { connection->resume(scratch_, now_); });
    forget_closed(id);
  }
}

CLAMS_INLINE void Gate::forget_closed(std::uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || !found->second.connection->is_closed()) return;
  const std::string& client = found->second.connection->peer().client;
  const auto held = per_client_.find(client);
  if (held != per_client_.end() && --held->second == 0) per_client_.erase(held);
  connections_.erase(found);
  const std::scoped_lock lock{mutex_};
  counts_.connections = connections_.size();
  if (connections_.empty()) none_left_.notify_all();
}

// --- taking connections in ---

CLAMS_INLINE void Gate::watch_listener() {
  if (listening_ || listener_ < 0) return;
  listening_ = events_.watch(listener_, kListenerId, EPOLLIN);
}

CLAMS_INLINE void Gate::pause_accepting() {
  if (std::exchange(listening_, false)) events_.forget(listener_);
  accept_again_ = now_ + kAcceptPause;
}

CLAMS_INLINE void Gate::accept_all() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (!accept_one()) return;
  }
}

/// @return whether more may be waiting.
CLAMS_INLINE bool Gate::accept_one() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const int socket = ::accept4(listener_, reinterpret_cast<sockaddr*>(&address), &length,
                               SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket >= 0) return admit(socket, address);
  if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) return true;
  if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    run_out_of_descriptors(errno);
    return listening_;
  }
  return false;
}

// An idle connection's descriptor serves a client that wants something now.
CLAMS_INLINE void Gate::run_out_of_descriptors(int reason) {
  if (now_ >= tell_again_) {
    logger_.warning("no room for a connection: " + std::generic_category().message(reason));
    tell_again_ = now_ + kWarningPause;
  }
  if (!shed_longest_idle()) pause_accepting();
}

/// @return whether there was memory for it; if not, it is closed.
CLAMS_INLINE bool Gate::admit(int socket, const sockaddr_storage& address) {
  const bool has_room = make_room();
  std::shared_ptr<GateConnection> connection;
  try {
    connection = std::make_shared<GateConnection>(
        next_id_++, socket, peer_of(address),
        GateConnection::Surroundings{this, &rules_, &options_, &buffered_}, now_);
    std::size_t& held = per_client_[connection->peer().client];
    Guest& guest = connections_[connection->id()];
    guest.connection = connection;
    ++held;
    const bool is_greedy = options_.max_per_client > 0 && held > options_.max_per_client;
    with_memory_for(*connection, [&] { let_in(guest, socket, has_room && !is_greedy); });
    forget_closed(connection->id());
    return true;
  } catch (const std::bad_alloc&) {
    if (!connection) ::close(socket);
    pause_accepting();
    return false;
  }
}

CLAMS_INLINE void Gate::let_in(Guest& guest, int socket, bool is_welcome) {
  {
    const std::scoped_lock lock{mutex_};
    ++counts_.accepted;
    if (!is_welcome) ++counts_.turned_away;
    counts_.connections = connections_.size();
  }
  disable_delay(socket);
  if (!is_welcome) {
    guest.connection->turn_away();
  } else if (const auto place = events_.watch_near(socket, guest.connection->id())) {
    guest.place = *place;
  } else {
    guest.connection->close();
  }
}

/// Whether there is room for one more connection; the longest idle one leaves for it.
CLAMS_INLINE bool Gate::make_room() {
  return connections_.size() < options_.max_connections || shed_longest_idle();
}

/// Of those that came in one moment, whoever came first.
CLAMS_INLINE bool is_idle_longer(const GateConnection& one, const GateConnection& other) {
  return std::pair{one.last_active(), one.id()} < std::pair{other.last_active(), other.id()};
}

CLAMS_INLINE bool Gate::shed_longest_idle() {
  std::shared_ptr<GateConnection> oldest;
  for (const auto& [id, guest] : connections_) {
    if (!guest.connection->is_idle()) continue;
    if (!oldest || is_idle_longer(*guest.connection, *oldest)) oldest = guest.connection;
  }
  if (!oldest) return false;
  oldest->close();
  forget_closed(oldest->id());
  const std::scoped_lock lock{mutex_};
  ++counts_.shed;
  return true;
}

CLAMS_INLINE void Gate::stop_listening() {
  while (accept_one()) continue;
  if (std::exchange(listening_, false)) events_.forget(listener_);
  ::close(std::exchange(listener_, -1));
}

CLAMS_INLINE void Gate::begin_drain() {
  std::vector<std::shared_ptr<GateConnection>> all;
  all.reserve(connections_.size());
  for (const auto& [id, guest] : connections_) all.push_back(guest.connection);
  drain_begun_ = true;
  for (const auto& connection : all) {
    connection->drain(now_);
    forget_closed(connection->id());
  }
}

CLAMS_INLINE void Gate::sweep() {
  next_sweep_ = now_ + kSweepInterval;
  std::vector<std::uint64_t> closed;
  for (const auto& [id, guest] : connections_) {
    GateConnection& connection = *guest.connection;
    with_memory_for(connection, [&] { connection.check_deadline(now_); });
    if (connection.is_closed()) closed.push_back(id);
  }
  for (const std::uint64_t id : closed) forget_closed(id);
  if (!listening_ && now_ >= accept_again_) watch_listener();
}

}  // namespace clams::detail
