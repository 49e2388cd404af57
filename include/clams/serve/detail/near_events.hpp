// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sys/epoll.h>
#include <vector>

namespace clams::detail {

/// Tells threads on which descriptors something has happened: to each thread first on connections
/// whose packets come in at the processor that it runs on. To wake a client there costs a fraction
/// of waking one at another processor. No connection waits for a certain thread, though: whoever
/// finds nothing near takes what comes first, and who always finds something looks around at times.
///
/// Ownership: owns its epoll sets, and none of the descriptors; closing one ends its being watched.
/// Threads: thread-safe, but for `wait_for_many`, which belongs to one thread.
/// Errors: the constructor throws Error io if epoll is refused.
class NearEvents {
 public:
  /// Where a connection is watched. @pre the socket is open whenever this is used.
  struct Place {
    int socket;
    std::uint64_t id;
    std::size_t set;
  };

  /// @param threads how many wait for one event each, at most.
  explicit NearEvents(std::size_t threads);
  NearEvents(const NearEvents&) = delete;
  NearEvents& operator=(const NearEvents&) = delete;
  NearEvents(NearEvents&&) = delete;
  NearEvents& operator=(NearEvents&&) = delete;
  ~NearEvents();

  /// Has a descriptor's events told under `id` to whoever comes first.
  /// @return whether the system allows it; errno says why not.
  [[nodiscard]] bool watch(int descriptor, std::uint64_t id, std::uint32_t events);
  void forget(int descriptor);
  /// From now on all who wait are told of this one, again and again.
  void tell_everybody(int descriptor, std::uint64_t id);

  /// Has all that happens on a connection told, once each time, near where its packets come in.
  /// @return nothing if the system does not allow it.
  [[nodiscard]] std::optional<Place> watch_near(int socket, std::uint64_t id);
  /// Moves it to where its packets come in by now.
  void follow(Place& place);

  /// Waits for one event. @return nothing if another thread was quicker.
  [[nodiscard]] std::optional<epoll_event> wait_for_one();
  /// Waits for whatever there is, but not longer than `patience`. @return valid until the next
  /// call.
  [[nodiscard]] const std::vector<epoll_event>& wait_for_many(std::chrono::milliseconds patience);

 private:
  [[nodiscard]] std::size_t nearest_set(int socket) const;
  [[nodiscard]] bool join(const Place& place);
  [[nodiscard]] std::optional<epoll_event> take_near();
  [[nodiscard]] std::size_t take_from(std::size_t set, epoll_event* room, int most);
  void close_all() noexcept;

  int all_;                // holds the sets, and what is not near to anybody
  std::vector<int> sets_;  // one for each processor, or none
  std::vector<epoll_event> found_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/near_events.ipp>
#endif
