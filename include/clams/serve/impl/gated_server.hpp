// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/connections.hpp>
#include <clams/serve/detail/request_head.hpp>
#include <clams/serve/impl/client_stream.hpp>
#include <clams/serve/impl/httplib_adapter.hpp>
#include <clams/serve/service.hpp>

#include <httplib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <variant>

namespace clams::detail {

/// An httplib server that sees only requests whose heads have passed our checks, and that routes
/// all of them to a Service.
///
/// Ownership: borrows the service and the connections, which must outlive it.
/// Threads: as httplib's server; each connection has a thread of its pool.
/// Errors: what cannot be understood is answered 4xx, and the connection is closed.
class GatedServer final : public httplib::Server {
 public:
  GatedServer(http::Service& service, Connections& connections,
              std::chrono::milliseconds keep_alive)
      : service_(service), connections_(connections), keep_alive_(keep_alive) {
    limits_.body = static_cast<std::uint64_t>(service.options().max_body.count());
    set_payload_max_length(limits_.body);
    set_keep_alive_max_count(kRequestsPerConnection);
    route();
  }

 private:
  static constexpr std::size_t kRequestsPerConnection = 1000;
  // httplib acts upon these; upstream, and so we, ignore them.
  static constexpr std::array<std::string_view, 4> kIgnoredFields{"accept", "accept-encoding",
                                                                  "range", "if-range"};

  void route() {
    set_pre_routing_handler([this](const httplib::Request& from, httplib::Response& to) {
      if (service_.takes_body(from.method, from.path)) return HandlerResponse::Unhandled;
      write_answer(service_.answer(to_request(from)), from, to);
      return HandlerResponse::Handled;
    });
    const auto with_body = [this](const httplib::Request& from, httplib::Response& to,
                                  const httplib::ContentReader& reader) {
      answer_with_body(service_, to_request(from), from, reader, to);
    };
    Post("/.*", with_body);
    Put("/.*", with_body);
    set_error_handler([this](const httplib::Request& from, httplib::Response& to) {
      if (!to.body.empty()) return HandlerResponse::Unhandled;
      write_answer(service_.refuse(to.status, http::reason_phrase(to.status)), from, to);
      return HandlerResponse::Handled;
    });
  }

  bool process_and_close_socket(socket_t socket) override {
    {
      Connections::Entry entry{connections_, socket};
      serve_connection(socket, entry);
    }
    linger_and_close(socket);
    return true;
  }

  void serve_connection(socket_t socket, Connections::Entry& entry) {
    ClientStream stream{socket, ClientPatience{}};
    for (std::size_t left = kRequestsPerConnection; left > 0; --left) {
      entry.become_idle();
      if (!stream.wait_for_request(keep_alive_)) return;
      entry.become_busy();
      const bool is_last = left == 1 || connections_.is_draining();
      if (!serve_request(stream, is_last)) return;
    }
  }

  bool serve_request(ClientStream& stream, bool is_last) {
    std::string text;
    switch (stream.take_head(limits_.head, text)) {
      case ClientStream::HeadState::client_left: return false;
      case ClientStream::HeadState::too_slow:
        return refuse(stream, {408, "The request head did not come in time."});
      case ClientStream::HeadState::too_large:
        return refuse(stream, {431, "The request head is larger than " +
                                        std::to_string(limits_.head) + " bytes."});
      case ClientStream::HeadState::whole: break;
    }
    auto parsed = parse_request_head(text, limits_);
    if (const auto* refusal = std::get_if<HeadRefusal>(&parsed)) return refuse(stream, *refusal);
    return pass_on(stream, std::get<RequestHead>(parsed), is_last);
  }

  bool pass_on(ClientStream& stream, const RequestHead& head, bool is_last) {
    stream.put_back(acceptable_head(head));
    bool closed = false;
    const bool served =
        process_request(stream, "", 0, "", 0, is_last, closed,
                        [&head](httplib::Request& request) { request.method = head.method; });
    return served && !closed && !is_last && !stream.said_close();
  }

  // httplib knows ten methods and refuses others before our routes are asked; the real one is put
  // in its place once the head has been read. And it reads a body without a length up to the end of
  // the connection, where there is none by RFC 9112.
  [[nodiscard]] static std::string acceptable_head(const RequestHead& head) {
    const bool is_known = head.method == "POST" || head.method == "PUT" || head.method == "HEAD";
    std::string text =
        (is_known ? head.method : "GET") + ' ' + head.target + ' ' + head.version + "\r\n";
    for (const auto& [name, value] : head.fields) {
      const std::string lower = lower_field_name(name);
      const bool ignored =
          std::find(kIgnoredFields.begin(), kIgnoredFields.end(), lower) != kIgnoredFields.end();
      if (!ignored) text += name + ": " + value + "\r\n";
    }
    const bool framed = !field_value(head, "content-length").empty() ||
                        !field_value(head, "transfer-encoding").empty();
    if (!framed && head.method != "GET" && head.method != "HEAD") text += "Content-Length: 0\r\n";
    return text + "\r\n";
  }

  bool refuse(ClientStream& stream, const HeadRefusal& refusal) {
    const http::Response answer = service_.refuse(refusal.status, refusal.message);
    const std::string text = "HTTP/1.1 " + std::to_string(answer.status) + ' ' +
                             std::string{http::reason_phrase(answer.status)} +
                             "\r\nContent-Type: " + answer.content_type +
                             "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                             "\r\nConnection: close\r\n\r\n" + answer.body;
    (void)stream.write(text.data(), text.size());  // the connection ends in any case
    return false;
  }

  http::Service& service_;
  Connections& connections_;
  std::chrono::milliseconds keep_alive_;
  HeadLimits limits_;
};

}  // namespace clams::detail
