// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/test_app.hpp"
#include <clams/serve/detail/content_coding.hpp>
#include <clams/serve/process_usage.hpp>
#include <clams/serve/service.hpp>

#include <string>
#include <zlib.h>

using clams::detail::unpack_gzip;
using clams::detail::Unpacked;
using clams::http::ErrorStyle;
using clams::http::Request;
using clams::http::Service;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;

namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string source = text;
  std::string packed(deflateBound(&stream, source.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

int status_of(Service& service, const std::string& body, const std::string& coding = "gzip") {
  return service
      .answer(Request{
          .method = "POST", .path = "/", .headers = {{"content-encoding", coding}}, .body = body})
      .status;
}

}  // namespace

TEST_CASE("gzip data is unpacked to its end", "[serve]") {
  const std::string text = std::string(200000, 'a') + "the end";
  const std::string packed = gzip(text);
  std::string found;

  CHECK(unpack_gzip(packed, text.size(), found) == Unpacked::whole);
  CHECK(found == text);
}

TEST_CASE("data that is cut, damaged or followed by more is broken", "[serve]") {
  const std::string packed = gzip("a text that is long enough to be cut in some place");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    std::string found;
    CHECK(unpack_gzip(packed.substr(0, size), 1000, found) == Unpacked::broken);
  }
  std::string found;
  CHECK(unpack_gzip(packed + "x", 1000, found) == Unpacked::broken);
  std::string damaged = packed;
  damaged[packed.size() - 6] ^= 1;
  CHECK(unpack_gzip(damaged, 1000, found) == Unpacked::broken);
}

TEST_CASE("a bomb is given up at the limit, in little memory", "[serve]") {
  const std::string bomb = gzip(std::string(100U << 20U, ' '));
  const auto before = clams::http::process_usage().resident;
  std::string found;

  CHECK(unpack_gzip(bomb, 1U << 20U, found) == Unpacked::too_large);

  const auto growth = clams::http::process_usage().resident.count() - before.count();
  CHECK(found.size() <= 1U << 20U);
  CHECK(growth < 16 << 20);
}

TEST_CASE("compressed bodies are refused, and undone when that is switched on", "[serve]") {
  TestRunner test;
  const std::string packed = gzip(kEmptyMmif);
  Service closed{test.runner};
  Service strict{test.runner, {.error_style = ErrorStyle::problem}};
  Service open{test.runner, {.accept_gzip = true, .error_style = ErrorStyle::problem}};

  CHECK(status_of(closed, packed) == 500);  // as clams-python does
  CHECK(status_of(strict, packed) == 415);
  CHECK(status_of(closed, kEmptyMmif) == 200);  // as clams-python does
  CHECK(status_of(strict, kEmptyMmif) == 415);
  CHECK(status_of(open, packed) == 200);
  CHECK(status_of(open, packed, "zstd") == 415);
  CHECK(status_of(open, packed.substr(0, 40)) == 400);
}

TEST_CASE("an unpacked body is held to the limits of bodies", "[serve]") {
  TestRunner test;
  Service small{test.runner, {.max_body = clams::Bytes{5000}, .accept_gzip = true}};
  Service large{test.runner, {.accept_gzip = true}};

  CHECK(status_of(small, gzip(std::string(5001, ' '))) == 413);
  CHECK(status_of(large, gzip(std::string(50U << 20U, ' '))) == 413);  // a hundred times is enough
  CHECK(status_of(large, gzip(std::string(900000, ' ') + kEmptyMmif)) == 200);
}
