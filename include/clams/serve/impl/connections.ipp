// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/connections.hpp>
#include <clams/util/config.hpp>

#include <sys/socket.h>

namespace clams::detail {

CLAMS_INLINE Connections::Entry::Entry(Connections& all, int socket) : all_(all), socket_(socket) {
  all_.set_state(socket_, State::busy);
}

CLAMS_INLINE Connections::Entry::~Entry() {
  const std::scoped_lock lock{all_.mutex_};
  all_.open_.erase(socket_);
  all_.changed_.notify_all();
}

CLAMS_INLINE void Connections::Entry::become_idle() { all_.set_state(socket_, State::idle); }

CLAMS_INLINE void Connections::Entry::become_busy() { all_.set_state(socket_, State::busy); }

// Bytes that have arrived can still be read after SHUT_RD; only the waiting ends.
CLAMS_INLINE void Connections::set_state(int socket, State state) {
  const std::scoped_lock lock{mutex_};
  open_[socket] = state;
  if (draining_ && state == State::idle) ::shutdown(socket, SHUT_RD);
}

CLAMS_INLINE void Connections::drain() {
  const std::scoped_lock lock{mutex_};
  draining_ = true;
  for (const auto& [socket, state] : open_) {
    if (state == State::idle) ::shutdown(socket, SHUT_RD);
  }
}

CLAMS_INLINE bool Connections::is_draining() const {
  const std::scoped_lock lock{mutex_};
  return draining_;
}

CLAMS_INLINE void Connections::break_all() {
  const std::scoped_lock lock{mutex_};
  for (const auto& [socket, state] : open_) ::shutdown(socket, SHUT_RDWR);
}

CLAMS_INLINE bool Connections::wait_until_none(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience, [this] { return open_.empty(); });
}

}  // namespace clams::detail
