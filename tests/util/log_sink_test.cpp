// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/log_sink.hpp>

#include <array>
#include <string>
#include <unistd.h>

using clams::LogSink;
using clams::stderr_sink;

namespace {

/// Standard error, led into a pipe for as long as it lives.
struct CaughtStderr {
  CaughtStderr() : before(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe(ends.data()) == 0);
    REQUIRE(::dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
  }
  CaughtStderr(const CaughtStderr&) = delete;
  CaughtStderr& operator=(const CaughtStderr&) = delete;
  CaughtStderr(CaughtStderr&&) = delete;
  CaughtStderr& operator=(CaughtStderr&&) = delete;
  ~CaughtStderr() {
    ::dup2(before, STDERR_FILENO);
    for (const int descriptor : {before, ends[0], ends[1]}) ::close(descriptor);
  }

  /// What is in it, at most 1 MiB.
  [[nodiscard]] std::string read() const {
    std::string text(1U << 20U, '\0');
    const ssize_t count = ::read(ends[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

  int before;
  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("a log that nobody reads holds nobody up, and tells what is missing", "[util]") {
  const CaughtStderr caught;
  LogSink& sink = stderr_sink();
  const std::string line = std::string(99, 'x') + '\n';

  for (int i = 0; i < 2000; ++i) sink.write(line);  // three times what the pipe holds
  const auto kept = caught.read().size() / line.size();
  sink.write("again\n");

  CHECK(kept > 500);
  CHECK(kept < 2000);
  CHECK(caught.read() ==
        "(" + std::to_string(2000 - kept) + " lines of the log were not read)\nagain\n");
}

TEST_CASE("a long line is written whole", "[util]") {
  const CaughtStderr caught;
  LogSink& sink = stderr_sink();
  const std::string line = std::string(20000, 'x') + '\n';

  sink.write(line);

  CHECK(caught.read() == line);
}
