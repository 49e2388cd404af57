// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_reader.hpp>
#include <clams/util/config.hpp>
#include <clams/util/uri.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace clams::detail {

/// Whether `word` is one of the comma-separated words of a field, letters' case aside.
CLAMS_INLINE bool lists_word(const RequestHead& head, std::string_view field,
                             std::string_view word) {
  const std::string value = lower_field_name(field_value(head, field));
  std::string_view rest = value;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (item == word) return true;
    if (comma == std::string_view::npos) return false;
    rest.remove_prefix(comma + 1);
  }
  return false;
}

CLAMS_INLINE ConnectionWishes wishes_of(const RequestHead& head) {
  const bool is_http_1_0 = head.version == "HTTP/1.0";
  return {.keep = is_http_1_0 ? lists_word(head, "connection", "keep-alive")
                              : !lists_word(head, "connection", "close"),
          .without_body = head.method == "HEAD",
          .is_http_1_0 = is_http_1_0};
}

/// The path of a target in origin form (`/path?query`) or absolute form (`http://host/path`).
CLAMS_INLINE std::string_view path_and_query(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
}

CLAMS_INLINE http::Request request_of(const RequestHead& head) {
  const std::string_view target = path_and_query(head.target);
  const auto mark = target.find('?');
  http::Request request{.method = std::string{head.method},
                        .path = percent_decode(target.substr(0, mark)),
                        .query = mark == std::string_view::npos
                                     ? std::string{}
                                     : std::string{target.substr(mark + 1)}};
  for (const auto& [name, value] : head.fields) {
    request.headers.emplace(lower_field_name(name), value);
  }
  return request;
}

CLAMS_INLINE RequestReader::State RequestReader::feed(std::string_view bytes) {
  // A head that is here as a whole, and the bulk of a body, are read where they are.
  if (state_ == State::idle && pending_.empty() && !bytes.empty()) {
    state_ = State::head;
    bytes.remove_prefix(read_head(bytes));
  }
  if (state_ == State::body && pending_.empty()) bytes.remove_prefix(read_body(bytes));
  pending_.append(bytes);
  return resume();
}

CLAMS_INLINE RequestReader::State RequestReader::resume() {
  if (state_ == State::idle && !pending_.empty()) state_ = State::head;
  if (state_ == State::head) pending_.erase(0, read_head(pending_));
  if (state_ == State::body) pending_.erase(0, read_body(pending_));
  return state_;
}

// One empty line before the request line is passed over: some clients send one after a body.
/// @return how many of the bytes were the head's.
CLAMS_INLINE std::size_t RequestReader::read_head(std::string_view bytes) {
  constexpr std::string_view kEmptyLine = "\r\n";
  if (!bytes.starts_with(kEmptyLine)) return read_head_lines(bytes);
  if (std::exchange(saw_empty_line_, true)) {
    refuse(400, "More than one empty line stands before the request line.");
    return 0;
  }
  if (bytes.size() == kEmptyLine.size()) {
    state_ = State::idle;
    return bytes.size();
  }
  return kEmptyLine.size() + read_head(bytes.substr(kEmptyLine.size()));
}

CLAMS_INLINE std::size_t RequestReader::read_head_lines(std::string_view bytes) {
  const std::size_t limit = rules_->head.head;
  const std::size_t length = head_length(bytes.substr(0, limit + 4));
  if (has_bare_line_feed(bytes.substr(0, std::min(length, limit)))) {
    refuse(400, "A header line ends in a bare line feed.");
    return 0;
  }
  if (length == std::string_view::npos ? bytes.size() > limit : length > limit) {
    refuse(431, "The request head is larger than " + std::to_string(limit) + " bytes.");
    return 0;
  }
  if (length == std::string_view::npos) return 0;
  const auto parsed = parse_request_head(bytes.substr(0, length), rules_->head);
  if (const auto* refusal = std::get_if<HeadRefusal>(&parsed)) {
    refuse(refusal->status, refusal->message);
    return 0;
  }
  begin_body(std::get<RequestHead>(parsed));
  wants_continue_ = wants_continue_ && length == bytes.size();
  return length;
}

CLAMS_INLINE void RequestReader::begin_body(const RequestHead& head) {
  wishes_ = wishes_of(head);
  const bool expects = !field_value(head, "expect").empty();
  if (expects && !lists_word(head, "expect", "100-continue")) {
    return refuse(417, "The only expectation understood here is 100-continue.");
  }
  request_ = request_of(head);
  if (auto objection = rules_->objection(request_)) {
    refusal_ = *std::move(objection);
    state_ = State::refused;
    return;
  }
  body_ = BodyDecoder::for_head(head, rules_->body_limit(request_));
  wants_continue_ = expects && !wishes_.is_http_1_0;
  state_ = State::body;
}

/// @return how many of the bytes were the body's.
CLAMS_INLINE std::size_t RequestReader::read_body(std::string_view bytes) {
  std::string_view rest = bytes;
  switch (body_->feed(rest, request_.body)) {
    case BodyDecoder::State::more: break;
    case BodyDecoder::State::whole: state_ = State::whole; break;
    case BodyDecoder::State::malformed: refuse(400, "The body's chunks are malformed."); break;
    case BodyDecoder::State::too_large:
      refuse(413,
             "The body is larger than " + std::to_string(rules_->body_limit(request_)) + " bytes.");
      break;
  }
  return bytes.size() - rest.size();
}

CLAMS_INLINE http::Request RequestReader::take() {
  state_ = State::idle;
  saw_empty_line_ = false;
  body_.reset();
  if (pending_.empty()) pending_.shrink_to_fit();
  return std::exchange(request_, {});
}

CLAMS_INLINE void RequestReader::refuse(int status, std::string_view message) {
  refusal_ = rules_->refuse(status, message);
  state_ = State::refused;
}

}  // namespace clams::detail
