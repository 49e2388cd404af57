// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/near_events.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sched.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace clams::detail {

// Sets have ids from here on, in the one that holds them.
inline constexpr std::uint64_t kFirstSet = std::uint64_t{1} << 63U;
inline constexpr std::uint32_t kAllOfConnection = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
inline constexpr int kEventsAtOnce = 256;
// How long a thread that always finds something near leaves the rest to others.
inline constexpr std::chrono::milliseconds kNearOnly{2};

[[nodiscard]] CLAMS_INLINE bool tell_of(int epoll, int operation, int descriptor, std::uint64_t id,
                                        std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll, operation, descriptor, &event) == 0;
}

// Sets of which some had no thread would be looked after by far ones only.
CLAMS_INLINE NearEvents::NearEvents(std::size_t threads) : all_(::epoll_create1(EPOLL_CLOEXEC)) {
  const std::size_t wanted = std::min<std::size_t>(threads, std::thread::hardware_concurrency());
  bool works = all_ >= 0;
  for (std::size_t i = 0; works && wanted > 1 && i < wanted; ++i) {
    sets_.push_back(::epoll_create1(EPOLL_CLOEXEC));
    works = sets_.back() >= 0 && watch(sets_.back(), kFirstSet + i, EPOLLIN | EPOLLET);
  }
  if (works) return;
  const std::string reason = std::generic_category().message(errno);
  close_all();
  throw Error{ErrorCode::io, "cannot watch connections: " + reason};
}

CLAMS_INLINE NearEvents::~NearEvents() { close_all(); }

CLAMS_INLINE void NearEvents::close_all() noexcept {
  sets_.push_back(all_);
  for (const int descriptor : sets_) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

CLAMS_INLINE bool NearEvents::watch(int descriptor, std::uint64_t id, std::uint32_t events) {
  return tell_of(all_, EPOLL_CTL_ADD, descriptor, id, events);
}

CLAMS_INLINE void NearEvents::forget(int descriptor) {
  ::epoll_ctl(all_, EPOLL_CTL_DEL, descriptor, nullptr);
}

CLAMS_INLINE void NearEvents::tell_everybody(int descriptor, std::uint64_t id) {
  (void)tell_of(all_, EPOLL_CTL_MOD, descriptor, id, EPOLLIN);
}

// --- connections ---

CLAMS_INLINE std::size_t NearEvents::nearest_set(int socket) const {
  if (sets_.empty()) return 0;
  int processor = 0;
  socklen_t length = sizeof processor;
  // A Unix socket has none, and the first is as good as any.
  (void)::getsockopt(socket, SOL_SOCKET, SO_INCOMING_CPU, &processor, &length);
  return static_cast<std::size_t>(std::max(processor, 0)) % sets_.size();
}

CLAMS_INLINE bool NearEvents::join(const Place& place) {
  const int epoll = sets_.empty() ? all_ : sets_[place.set];
  return tell_of(epoll, EPOLL_CTL_ADD, place.socket, place.id, kAllOfConnection);
}

CLAMS_INLINE std::optional<NearEvents::Place> NearEvents::watch_near(int socket, std::uint64_t id) {
  const Place place{.socket = socket, .id = id, .set = nearest_set(socket)};
  return join(place) ? std::optional{place} : std::nullopt;
}

// What has happened meanwhile is told in the new set: it looks at whom it takes in.
CLAMS_INLINE void NearEvents::follow(Place& place) {
  Place next = place;
  next.set = nearest_set(place.socket);
  if (next.set == place.set || !join(next)) return;
  ::epoll_ctl(sets_[place.set], EPOLL_CTL_DEL, place.socket, nullptr);
  place = next;
}

// --- waiting ---

CLAMS_INLINE std::optional<epoll_event> NearEvents::wait_for_one() {
  if (const auto near = take_near()) return near;
  epoll_event event{};
  if (::epoll_wait(all_, &event, 1, -1) != 1) return std::nullopt;
  if (event.data.u64 < kFirstSet) return event;
  const std::size_t count = take_from(event.data.u64 - kFirstSet, &event, 1);
  return count == 1 ? std::optional{event} : std::nullopt;
}

CLAMS_INLINE std::optional<epoll_event> NearEvents::take_near() {
  if (sets_.empty()) return std::nullopt;
  thread_local std::chrono::steady_clock::time_point looked_around;
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_around > kNearOnly) {
    looked_around = now;
    return std::nullopt;
  }
  const std::size_t set = static_cast<std::size_t>(std::max(::sched_getcpu(), 0)) % sets_.size();
  epoll_event event{};
  return ::epoll_wait(sets_[set], &event, 1, 0) == 1 ? std::optional{event} : std::nullopt;
}

CLAMS_INLINE const std::vector<epoll_event>& NearEvents::wait_for_many(
    std::chrono::milliseconds patience) {
  std::array<epoll_event, kEventsAtOnce> first{};
  const int count =
      ::epoll_wait(all_, first.data(), kEventsAtOnce, static_cast<int>(patience.count()));
  found_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = first[static_cast<std::size_t>(i)];
    if (event.data.u64 < kFirstSet) {
      found_.push_back(event);
      continue;
    }
    const std::size_t before = found_.size();
    found_.resize(before + kEventsAtOnce);
    found_.resize(before + take_from(event.data.u64 - kFirstSet, &found_[before], kEventsAtOnce));
  }
  return found_;
}

/// What a set was told to have. It is told once; so whatever is left in it is told again.
CLAMS_INLINE std::size_t NearEvents::take_from(std::size_t set, epoll_event* room, int most) {
  const int count = ::epoll_wait(sets_[set], room, most, 0);
  (void)tell_of(all_, EPOLL_CTL_MOD, sets_[set], kFirstSet + set, EPOLLIN | EPOLLET);
  return static_cast<std::size_t>(std::max(count, 0));
}

}  // namespace clams::detail
