// SPDX-License-Identifier: Apache-2.0
// Any bytes on a connection: the same requests and the same refusal, however the bytes are cut.
#include "fuzz/fuzz.hpp"
#include <clams/serve/detail/request_reader.hpp>

#include <algorithm>
#include <vector>

using clams::detail::RequestReader;
using clams::testing::require;
using State = RequestReader::State;

namespace {

constexpr std::uint64_t kMostBody = 4000;

RequestReader::Rules rules() {
  return {
      .head = {.head = 2000, .target = 500, .fields = 20, .body = kMostBody},
      .body_limit = [](const auto& request) { return request.path == "/" ? kMostBody : 100; },
      .objection = [](const clams::http::Request& request) -> std::optional<clams::http::Response> {
        if (request.path != "/no") return std::nullopt;
        return clams::http::Response{.status = 401};
      },
      .refuse =
          [](int status, std::string_view message) {
            return clams::http::Response{.status = status, .body = std::string{message}};
          }};
}

/// What a connection's bytes turned out to be.
struct Heard {
  std::vector<std::string> requests;
  std::string refusal;
  State state = State::idle;

  friend bool operator==(const Heard&, const Heard&) = default;
};

std::string in_words(const clams::http::Request& request) {
  std::string words = request.method + '\n' + request.path + '\n' + request.query + '\n';
  for (const auto& [name, value] : request.headers) {
    require(std::none_of(value.begin(), value.end(),
                         [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
            "a header holds a line break");
    words.append(name).append(": ").append(value).append("\n");
  }
  require(request.body.size() <= kMostBody, "a body beyond the limit");
  return words + request.body;
}

/// @return whether the connection goes on.
bool take_requests(RequestReader& reader, Heard& heard) {
  while (reader.state() == State::whole) {
    const bool keep = reader.wishes().keep;
    heard.requests.push_back(in_words(reader.take()));
    if (!keep) return false;
    (void)reader.resume();
  }
  if (reader.state() != State::refused) return true;
  const auto refusal = reader.take_refusal();
  require(refusal.status >= 400, "a refusal that is none");
  heard.refusal = std::to_string(refusal.status) + refusal.body;
  return false;
}

Heard hear(const RequestReader::Rules& all, std::string_view bytes, std::size_t piece) {
  RequestReader reader{all};
  Heard heard;
  while (!bytes.empty()) {
    (void)reader.feed(bytes.substr(0, piece));
    (void)reader.wants_continue();
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (!take_requests(reader, heard)) break;
  }
  heard.state = reader.state();
  return heard;
}

}  // namespace

// The first byte says how long the pieces are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const RequestReader::Rules all = rules();
  const std::string_view bytes = clams::testing::text_of(data + 1, size - 1);
  const Heard at_once = hear(all, bytes, bytes.size() + 1);
  require(hear(all, bytes, 1) == at_once, "single bytes are read as something else");
  require(hear(all, bytes, std::size_t{data[0]} + 2) == at_once, "pieces are read differently");
  return 0;
}
