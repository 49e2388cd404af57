// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

namespace clams::detail {

/// The open connections of a server, so that stopping it need not wait for silent clients.
///
/// Ownership: knows the sockets of others; `Connection` objects announce and withdraw them.
/// Threads: thread-safe.
/// Errors: none.
class Connections {
 public:
  /// One connection, known from construction to destruction.
  class Entry {
   public:
    Entry(Connections& all, int socket);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    Entry(Entry&&) = delete;
    Entry& operator=(Entry&&) = delete;
    ~Entry();

    /// Between requests: a drain ends the connection.
    void become_idle();
    /// A request has begun to come in.
    void become_busy();

   private:
    Connections& all_;
    int socket_;
  };

  /// Idle connections end now, the others after their request.
  void drain();
  [[nodiscard]] bool is_draining() const;

  /// Breaks all connections.
  void break_all();

  /// Waits until none is open, but not longer than `patience`.
  /// @return whether none is.
  [[nodiscard]] bool wait_until_none(std::chrono::milliseconds patience);

 private:
  enum class State { idle, busy };

  void set_state(int socket, State state);

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::map<int, State> open_;
  bool draining_ = false;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/connections.ipp>
#endif
