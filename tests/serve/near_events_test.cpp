// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/detail/near_events.hpp>

#include <array>
#include <chrono>
#include <future>
#include <netinet/in.h>
#include <sched.h>
#include <set>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using clams::detail::NearEvents;
using namespace std::chrono_literals;

constexpr std::size_t kTwoThreads = 2;

/// Both ends of a TCP connection on this machine.
class Pair {
 public:
  Pair() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener, generic, length) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    REQUIRE(::getsockname(listener, generic, &length) == 0);
    client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(client, generic, length) == 0);
    server = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    REQUIRE(server >= 0);
    ::close(listener);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  Pair(Pair&&) = delete;
  Pair& operator=(Pair&&) = delete;
  ~Pair() {
    ::close(client);
    ::close(server);
  }

  void say_something() const { REQUIRE(::send(client, "x", 1, 0) == 1); }
  void hear() const {
    std::array<char, 16> room{};
    while (::recv(server, room.data(), room.size(), 0) > 0) continue;
  }

  int client = -1;
  int server = -1;
};

/// The processors that this thread may run on.
std::vector<std::size_t> processors() {
  cpu_set_t allowed{};
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &allowed)) result.push_back(i);
  }
  return result;
}

/// Has this thread run on one processor only while it lives.
class Pinned {
 public:
  explicit Pinned(std::size_t processor) {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one{};
    CPU_SET(processor, &one);
    REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  Pinned(Pinned&&) = delete;
  Pinned& operator=(Pinned&&) = delete;
  ~Pinned() { ::sched_setaffinity(0, sizeof before_, &before_); }

 private:
  cpu_set_t before_{};
};

/// The next event's id, whoever else was quicker before.
std::uint64_t next_id(NearEvents& events) {
  while (true) {
    if (const auto event = events.wait_for_one()) return event->data.u64;
  }
}

}  // namespace

TEST_CASE("one thread is told of every connection, wherever packets come in", "[serve]") {
  NearEvents events{kTwoThreads};
  std::vector<Pair> pairs(8);
  std::set<std::uint64_t> all;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Pinned here{processors()[i % processors().size()]};
    pairs[i].say_something();
    REQUIRE(events.watch_near(pairs[i].server, i));
    all.insert(i);
  }

  std::set<std::uint64_t> told;
  while (told != all) told.insert(next_id(events));
  CHECK(told == all);
}

TEST_CASE("what comes to many at once is told whole, and each time it comes", "[serve]") {
  NearEvents events{kTwoThreads};
  const std::vector<Pair> pairs(8);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    REQUIRE(events.watch_near(pairs[i].server, i));
  }
  while (!events.wait_for_many(0ms).empty()) continue;  // that all may be written to

  for (int round = 0; round < 3; ++round) {
    for (const Pair& pair : pairs) pair.say_something();
    std::set<std::uint64_t> told;
    while (told.size() < pairs.size()) {
      for (const epoll_event& event : events.wait_for_many(10s)) {
        const std::uint64_t id = event.data.u64;  // a copy, as the kernel's struct is packed
        told.insert(id);
      }
    }
    CHECK(told.size() == pairs.size());
    for (const Pair& pair : pairs) pair.hear();
  }
}

TEST_CASE("a far connection is not forgotten while a near one never rests", "[serve]") {
  if (processors().size() < 2) CLAMS_SKIP("one processor only");
  NearEvents events{kTwoThreads};
  const Pair far;
  const Pair near;
  {
    const Pinned there{processors()[1]};
    far.say_something();
    REQUIRE(events.watch_near(far.server, 1));
  }
  const Pinned here{processors()[0]};
  near.say_something();
  REQUIRE(events.watch_near(near.server, 0));

  while (next_id(events) != 1) near.say_something();
}

TEST_CASE("a connection is told where its packets come in by now", "[serve]") {
  if (processors().size() < 2) CLAMS_SKIP("one processor only");
  NearEvents events{kTwoThreads};
  const Pair pair;
  std::optional<NearEvents::Place> place;
  {
    const Pinned here{processors()[0]};
    pair.say_something();
    place = events.watch_near(pair.server, 7);
  }
  REQUIRE(place);
  const std::size_t before = place->set;
  CHECK(next_id(events) == 7);
  pair.hear();

  {
    const Pinned there{processors()[1]};
    pair.say_something();
    events.follow(*place);
  }

  CHECK(place->set != before);
  CHECK(next_id(events) == 7);
}

TEST_CASE("a thread that waits is woken by whatever comes", "[serve]") {
  NearEvents events{kTwoThreads};
  const Pair pair;
  REQUIRE(events.watch_near(pair.server, 3));
  while (!events.wait_for_many(0ms).empty()) continue;
  auto told = std::async(std::launch::async, [&] { return next_id(events); });

  pair.say_something();

  CHECK(told.get() == 3);
}

TEST_CASE("all are told of what is for everybody", "[serve]") {
  NearEvents events{kTwoThreads};
  const int bell = ::eventfd(1, EFD_CLOEXEC);
  REQUIRE(events.watch(bell, 9, EPOLLIN | EPOLLET));
  events.tell_everybody(bell, 9);

  const auto wait = [&] { return next_id(events); };
  auto one = std::async(std::launch::async, wait);
  auto other = std::async(std::launch::async, wait);

  CHECK(one.get() == 9);
  CHECK(other.get() == 9);
  ::close(bell);
}
