// SPDX-License-Identifier: Apache-2.0
// A server that takes a large request while each large allocation fails once, wherever it is made:
//
//     allocation_stress
//
// The client gets an answer or loses the connection, nothing is left over, and the next request is
// answered as if nothing had been. Small allocations succeed: where they fail, the JSON library
// ends the process.
#include "stress/raw_client.hpp"
#include "stress/stress_program.hpp"
#include "support/http_client.hpp"
#include "support/test_app.hpp"
#include <clams/serve/server.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <new>
#include <sstream>
#include <string>

using clams::http::Server;
using clams::stress::Client;
using clams::stress::require;
using clams::testing::http_request;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kLarge = 512;
constexpr std::size_t kTextSize = 300000;
constexpr int kMostAllocations = 20000;
constexpr int kNever = -1;

std::atomic<int> allocations_left{kNever};  // large ones, until one fails
thread_local bool is_client = false;        // whose allocations always succeed

void* allocate(std::size_t size) {
  if (size >= kLarge && !is_client && allocations_left >= 0 && allocations_left-- == 0) {
    throw std::bad_alloc{};
  }
  void* const address = std::malloc(size > 0 ? size : 1);
  if (address == nullptr) throw std::bad_alloc{};
  return address;
}

std::string large_mmif() {
  std::string mmif = kEmptyMmif;
  const std::string document =
      R"({"@type": "http://mmif.clams.ai/vocabulary/TextDocument/v1", "properties": {"id": "d", "text": {"@value": ")";
  return mmif.replace(mmif.find("[]"), 2,
                      '[' + document + std::string(kTextSize, 'x') + R"("}}}])");
}

/// The beginning of the answer on a connection of its own; empty: the connection was closed.
std::string ask(int port, const std::string& request) {
  const Client client{port};
  client.send(request);
  return client.receive().substr(0, 12);
}

/// @return whether an allocation failed.
bool fail_one(Server& server, const std::string& request, int number) {
  allocations_left = number;
  const std::string answer = ask(server.port(), request);
  const bool has_failed = allocations_left.exchange(kNever) < 0;
  const std::string where = " after allocation " + std::to_string(number) + " failed";
  require(answer.empty() || answer == "HTTP/1.1 200" || answer == "HTTP/1.1 500" ||
              answer == "HTTP/1.1 503",
          "answered " + answer + where);
  require(server.service().wait_until_idle(10s), "the request still runs or waits" + where);
  require(ask(server.port(), request) == "HTTP/1.1 200", "nobody is served any more" + where);
  return has_failed;
}

std::string in_chunks(const std::string& body) {
  std::ostringstream text;
  text << "POST /?word=hi HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
       << std::hex << body.size() << "\r\n"
       << body << "\r\n0\r\n\r\n";
  return text.str();
}

/// @return how many allocations failed, one after the other.
int fail_each(Server& server, const std::string& request) {
  require(ask(server.port(), request) == "HTTP/1.1 200", "the first request failed");
  int number = 0;
  while (fail_one(server, request, number)) {
    require(++number < kMostAllocations, "a request makes ever more allocations");
  }
  require(number > 0, "no allocation was large");
  return number;
}

int run() {
  is_client = true;
  TestRunner test;
  Server server{test.runner, {.port = 0, .service = {.workers = 1}}};
  server.start();
  const int whole = fail_each(server, http_request("POST", "/?word=hi", large_mmif()));
  const int chunked = fail_each(server, in_chunks(large_mmif()));
  server.stop();
  std::cout << "failed one after the other: " << whole << " large allocations of a request, "
            << chunked << " of one in chunks\n";
  return 0;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* address) noexcept { std::free(address); }
void operator delete[](void* address) noexcept { std::free(address); }
void operator delete(void* address, std::size_t) noexcept { std::free(address); }
void operator delete[](void* address, std::size_t) noexcept { std::free(address); }

int main(int count, char** words) {
  return clams::stress::run_program_without_arguments("allocation_stress", count, words, run);
}
