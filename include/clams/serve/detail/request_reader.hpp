// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/body_decoder.hpp>
#include <clams/serve/detail/request_head.hpp>
#include <clams/serve/message.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clams::detail {

/// What a request asks of its connection, beyond its answer.
struct ConnectionWishes {
  bool keep = true;           ///< further requests may follow
  bool without_body = false;  ///< HEAD: only the head of the answer is sent
  bool is_http_1_0 = false;   ///< no chunks in the answer
};

/// Puts requests together from the bytes of one connection, as they come. It has no socket and no
/// clock.
///
/// Ownership: keeps the bytes of a request that is not whole, and those of the next ones.
/// Threads: confined.
/// Errors: what cannot be read is a refusal to be answered, after which the connection ends.
class RequestReader {
 public:
  enum class State {
    idle,    ///< between requests, nothing of the next one is here
    head,    ///< in the head
    body,    ///< in the body
    whole,   ///< a request can be taken
    refused  ///< see refusal()
  };

  /// What is answered to a head at once, without its body being read; none: go on.
  using Objection = std::function<std::optional<http::Response>(const http::Request&)>;
  /// How large the body of such a request may be.
  using BodyLimit = std::function<std::uint64_t(const http::Request&)>;

  /// The answer to bytes that are no request.
  using Refuse = std::function<http::Response(int status, std::string_view message)>;

  struct Rules {
    HeadLimits head = {};
    BodyLimit body_limit = {};
    Objection objection = {};
    Refuse refuse = {};
  };

  /// @param rules borrowed.
  explicit RequestReader(const Rules& rules) : rules_(&rules) {}

  /// Takes in bytes of the connection. Those after a whole request wait for their turn.
  State feed(std::string_view bytes);

  [[nodiscard]] State state() const noexcept { return state_; }

  /// Whether the client waits for `100 Continue` before it sends the body; true once a request.
  [[nodiscard]] bool wants_continue() noexcept { return std::exchange(wants_continue_, false); }

  /// Whether bytes of the next request are here.
  [[nodiscard]] bool has_pending() const noexcept { return !pending_.empty(); }

  /// How many bytes of the body are here.
  [[nodiscard]] std::size_t body_size() const noexcept { return request_.body.size(); }

  [[nodiscard]] const ConnectionWishes& wishes() const noexcept { return wishes_; }

  /// The whole request. The next one's bytes are read on by `resume`. @pre state is whole.
  [[nodiscard]] http::Request take();

  /// Goes on with the bytes that came early.
  State resume();

  /// The answer to what cannot be read. @pre state is refused.
  [[nodiscard]] http::Response take_refusal() { return std::move(refusal_); }

 private:
  std::size_t read_head(std::string_view bytes);
  std::size_t read_head_lines(std::string_view bytes);
  void begin_body(const RequestHead& head);
  std::size_t read_body(std::string_view bytes);
  void refuse(int status, std::string_view message);

  const Rules* rules_;
  State state_ = State::idle;
  bool saw_empty_line_ = false;  // before the request line
  std::string pending_;
  http::Request request_;
  std::optional<BodyDecoder> body_;
  ConnectionWishes wishes_;
  bool wants_continue_ = false;
  http::Response refusal_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/request_reader.ipp>
#endif
