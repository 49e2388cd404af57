// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/answer_sink.hpp>
#include <clams/serve/detail/request_reader.hpp>
#include <clams/serve/detail/response_text.hpp>
#include <clams/serve/gate_options.hpp>
#include <clams/serve/message.hpp>
#include <clams/util/clock.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace clams::detail {

class GateConnection;

/// What a connection needs of the gate that it came through.
///
/// Ownership: an interface; the gate outlives its connections.
/// Threads: `resume_later` is thread-safe, the others are for who has the gate's turn.
/// Errors: none are thrown.
class GateKeeper {
 public:
  GateKeeper() = default;
  GateKeeper(const GateKeeper&) = delete;
  GateKeeper& operator=(const GateKeeper&) = delete;
  GateKeeper(GateKeeper&&) = delete;
  GateKeeper& operator=(GateKeeper&&) = delete;

  /// A whole request is there, to be handled when the turn is over; its answer goes to the
  /// connection.
  virtual void dispatch(std::shared_ptr<GateConnection> connection, http::Request request) = 0;
  /// Has the gate call `resume`.
  virtual void resume_later(std::uint64_t id) = 0;
  [[nodiscard]] virtual bool is_draining() const noexcept = 0;

 protected:
  ~GateKeeper() = default;
};

/// Where a connection comes from.
struct Peer {
  std::string client = {};  ///< address, or network of an IPv6 address; empty: a Unix socket
  bool is_local = false;
};

/// One client's connection: takes requests in without ever blocking, and gives the answers back.
///
/// Ownership: owns the socket, which is closed by `close` or with the last reference.
/// Threads: what http::AnswerSink promises is thread-safe; the rest is for who has the
///   gate's turn.
/// Errors: a broken connection ends; nothing is thrown but what http::AnswerSink says.
class GateConnection final : public http::AnswerSink,
                             public std::enable_shared_from_this<GateConnection> {
 public:
  struct Surroundings {
    GateKeeper* keeper;
    const RequestReader::Rules* rules;
    const http::GateOptions* options;
    std::atomic<std::size_t>* buffered;  // bytes of unfinished bodies, of all connections
  };

  GateConnection(std::uint64_t id, int socket, Peer peer, Surroundings surroundings,
                 Clock::SteadyTime now);
  GateConnection(const GateConnection&) = delete;
  GateConnection& operator=(const GateConnection&) = delete;
  GateConnection(GateConnection&&) = delete;
  GateConnection& operator=(GateConnection&&) = delete;
  ~GateConnection() override;

  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }

  /// What epoll saw. `scratch` is room to read into.
  void handle(std::uint32_t events, std::string& scratch, Clock::SteadyTime now);
  /// Goes on reading after an answer.
  void resume(std::string& scratch, Clock::SteadyTime now);
  /// Ends what takes too long.
  void check_deadline(Clock::SteadyTime now);
  /// Ends it now if nothing of a request is under way, else after the request.
  void drain(Clock::SteadyTime now);
  /// Says that there is no room, and ends it. @pre nothing has come yet.
  void turn_away();
  /// Whether it may make room for another: nothing of a request is here.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] Clock::SteadyTime last_active() const;
  [[nodiscard]] bool is_closed() const;
  void close();

  // --- the answer to the request that was dispatched, from any thread ---

  void send(http::Response answer) override;
  void begin(http::Response head) override;
  void send_piece(std::string piece) override;
  void end() override;
  void break_off() override;
  void when_client_leaves(std::function<void()> then) override;

 private:
  enum class Phase {
    reading,    // requests
    answering,  // nothing is sent yet
    streaming,  // the head of an answer is sent, pieces follow
    writing,    // the rest of a whole answer is being taken
    lingering,  // the last answer is being read
    closed
  };

  void read(std::string& scratch, Clock::SteadyTime now, bool to_end);
  bool take_in(std::string_view bytes, Clock::SteadyTime now);
  void note_progress(RequestReader::State state, Clock::SteadyTime now);
  void hand_over();
  void note_hangup();
  void discard(std::string& scratch);
  [[nodiscard]] bool is_overdue(Clock::SteadyTime now) const;
  [[nodiscard]] bool is_too_slow(Clock::SteadyTime now) const;
  void give_up(Clock::SteadyTime now);
  void book_body(std::size_t size);
  void send_whole(http::Response answer);

  // With mutex_ held:
  void write(std::string head, std::string body);
  void write_last(http::Response answer);
  void flush(Clock::SteadyTime now);
  void queue_output(std::string_view bytes);
  void finish_answer();

  const std::uint64_t id_;
  const int socket_;
  const Peer peer_;
  const Surroundings around_;

  RequestReader reader_;        // the gate's while reading, nobody's else
  Clock::SteadyTime since_;     // of the present phase of reading or writing
  Clock::SteadyTime progress_;  // when bytes last came or went
  std::size_t booked_ = 0;      // of the body, in around_.buffered
  bool is_fresh_ = true;        // no request has come yet

  mutable std::mutex mutex_;  // guards the following
  Phase phase_ = Phase::reading;
  bool missed_input_ = false;  // while it could not be read
  bool hung_up_ = false;
  bool nobody_reads_ = false;  // and whoever answers has been told
  bool keep_ = true;
  bool chunked_ = false;  // the answer that is streamed
  std::condition_variable output_shrank_;
  std::string output_;
  std::size_t sent_ = 0;
  std::function<void()> when_left_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/gate_connection.ipp>
#endif
