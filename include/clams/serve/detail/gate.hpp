// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/brief_mutex.hpp>
#include <clams/serve/detail/gate_connection.hpp>
#include <clams/serve/detail/near_events.hpp>
#include <clams/serve/gate_options.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/work_queue.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unordered_map>
#include <vector>

namespace clams::detail {

/// Counts for the metrics.
struct GateCounts {
  std::size_t connections = 0;    ///< open now
  std::uint64_t accepted = 0;     ///< since the start
  std::uint64_t turned_away = 0;  ///< closed at once: too many of one client, or no room
  std::uint64_t shed = 0;         ///< idle ones that made room
};

/// Stands between clients and workers: takes requests in from all connections, without waiting for
/// any of them, and hands over those that are whole. However slow or many the clients are, no
/// worker waits for any.
///
/// A thread of its own does this at all times. Workers do it too while they have no job: who takes
/// a request in answers it, so that none is handed from one thread to another.
///
/// Ownership: owns the listening socket and the connections. The destructor stops all.
/// Threads: thread-safe. The handler is called on the gate's thread or a worker's, and must not
///   block.
/// Errors: the constructor throws Error io if epoll is refused.
class Gate final : public http::IdleDuty, private GateKeeper {
 public:
  using Handler = std::function<void(http::Request, std::shared_ptr<http::AnswerSink>)>;

  /// @param listener a bound and listening socket, now owned here.
  /// @param helpers how many workers will `perform`.
  Gate(int listener, RequestReader::Rules rules, http::GateOptions options, Handler handler,
       Logger logger, std::size_t helpers);
  ~Gate();

  /// From now on connections are taken.
  void start();

  /// Each connection, those still to come as well, ends after the answer to its next request; idle
  /// ones end now.
  void drain();

  /// Takes in who has come already, then nobody more.
  void close_door();

  /// Waits until no connection is open, but not longer than `patience`.
  /// @return whether none is.
  [[nodiscard]] bool wait_until_none(std::chrono::milliseconds patience);

  /// Breaks all connections and ends the thread. From now on `perform` returns at once.
  void stop();

  void perform() override;
  void call_back() override;

  [[nodiscard]] GateCounts counts() const;

 private:
  struct Guest {
    std::shared_ptr<GateConnection> connection;
    NearEvents::Place place{};  // unless it was turned away
  };

  /// A request that its handler is still to be told of.
  struct TakenIn {
    std::shared_ptr<GateConnection> connection;
    http::Request request;
  };

  void dispatch(std::shared_ptr<GateConnection> connection, http::Request request) override;
  void resume_later(std::uint64_t id) override;
  [[nodiscard]] bool is_draining() const noexcept override { return draining_; }

  void loop();
  void leave_to_workers();
  void attend(std::span<const epoll_event> events);
  void handle_event(std::uint64_t id, std::uint32_t events);
  void wake();
  void take_messages();
  void accept_all();
  [[nodiscard]] bool accept_one();
  [[nodiscard]] bool admit(int socket, const sockaddr_storage& address);
  void let_in(Guest& guest, int socket, bool is_welcome);
  template <typename Work>
  void with_memory_for(GateConnection& connection, const Work& work) const;
  void look_after_all();
  [[nodiscard]] bool make_room();
  [[nodiscard]] bool shed_longest_idle();
  void run_out_of_descriptors(int reason);
  void pause_accepting();
  void watch_listener();
  void begin_drain();
  void stop_listening();
  void sweep();
  void forget_closed(std::uint64_t id);
  void close_all() noexcept;

  const RequestReader::Rules rules_;
  const http::GateOptions options_;
  const Handler handler_;
  const Logger logger_;
  std::atomic<std::size_t> buffered_ = 0;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> door_closed_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> helpings_ = 0;  // by workers
  std::atomic<bool> called_ = false;         // and no worker has come yet
  NearEvents events_;
  int wakeup_ = -1;
  int call_ = -1;

  BriefMutex turn_;  // to handle events; guards the following
  int listener_;
  std::unordered_map<std::uint64_t, Guest> connections_;
  std::map<std::string, std::size_t> per_client_;
  std::string scratch_;
  std::uint64_t next_id_ = 3;  // what is below stands for the listener and the two events
  Clock::SteadyTime now_;
  Clock::SteadyTime next_sweep_;
  Clock::SteadyTime accept_again_;
  Clock::SteadyTime tell_again_;
  bool listening_ = false;
  bool drain_begun_ = false;
  std::vector<TakenIn> taken_in_;

  mutable std::mutex mutex_;  // guards the following
  std::condition_variable none_left_;
  std::vector<std::uint64_t> to_resume_;
  GateCounts counts_;

  std::thread thread_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/gate.ipp>
#endif
