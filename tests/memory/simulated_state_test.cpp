// SPDX-License-Identifier: Apache-2.0
// Simulated GPUs that processes share through a state file.
#include "memory/support/faulty_ledger_system.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/find_simulated_gpus.hpp>
#include <clams/memory/make_device_probe.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/manual_clock.hpp>

#include <csignal>
#include <iostream>
#include <thread>
#include <unistd.h>

using namespace clams;
using namespace std::chrono_literals;
using clams::testing::ChildProcess;
using clams::testing::contains_text;

namespace {

/// A state file, and the GPUs in it.
struct Laboratory {
  explicit Laboratory(const std::string& text = "24GiB,16GiB:foreign=2GiB")
      : options{.file = folder.path() / "state", .gpus = parse_simulated_gpus(text)} {}

  [[nodiscard]] std::unique_ptr<SimulatedGpus> open() const {
    return std::make_unique<SimulatedGpus>(options, clock);
  }
  [[nodiscard]] std::string refusal() const {
    try {
      const auto gpus = open();
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

  testing::TemporaryFolder folder;
  SimulatedStateOptions options;
  ManualClock clock;
};

/// A process that takes memory of GPU 0 and says so, and then waits for its death.
ChildProcess hold_in_a_process(const SimulatedStateOptions& options, Bytes bytes) {
  return ChildProcess{[&, bytes] {
    SimulatedGpus gpus{options};
    gpus.allocate(0, bytes);
    std::cerr << "holding" << std::flush;
    ::pause();
    return 0;
  }};
}

/// What an app does, whose calls may fail.
void use_once(const Laboratory& lab) {
  try {
    const auto gpus = lab.open();
    const auto block = gpus->allocate(0, 1_GiB);
    const DeviceReading reading = gpus->read(0);
    CHECK((!reading.memory() || reading.memory()->free == 23_GiB));
    gpus->free(block);
  } catch (const Error& error) {
    CHECK((error.code() == ErrorCode::io || error.code() == ErrorCode::unavailable));
  }
}

}  // namespace

TEST_CASE("processes that name one state file share its GPUs", "[memory]") {
  const Laboratory lab;
  const auto mine = lab.open();
  const auto theirs = lab.open();

  const auto block = theirs->allocate(0, 20_GiB);

  CHECK(mine->usage(0).used == 20_GiB);
  CHECK(mine->read(0).memory()->free == 4_GiB);
  CHECK_THROWS_WITH(mine->allocate(0, 5_GiB), contains_text("4GiB of 24GiB are free"));
  theirs->free(block);
  CHECK(mine->read(0).memory()->free == 24_GiB);
}

TEST_CASE("a shared GPU remembers the most that was used, and what failed", "[memory]") {
  const Laboratory lab;
  const auto mine = lab.open();
  const auto theirs = lab.open();

  mine->free(mine->allocate(1, 10_GiB));
  CHECK_THROWS_AS(theirs->allocate(1, 15_GiB), DeviceOutOfMemory);
  theirs->fail_allocation(1, 1);
  CHECK_THROWS_AS(theirs->allocate(1, 1_GiB), DeviceOutOfMemory);

  const SimulatedUsage usage = lab.open()->usage(1);
  CHECK(usage.used == 2_GiB);
  CHECK(usage.high_water == 12_GiB);
  CHECK(usage.failed_allocations == 2);
}

TEST_CASE("what a process took is back when it ends", "[memory]") {
  const Laboratory lab;
  const auto stays = lab.open();
  {
    const auto ends = lab.open();
    ends->allocate(0, 10_GiB);
    ends->take_foreign(0, 5_GiB);
    CHECK(stays->usage(0).used == 15_GiB);
  }

  CHECK(stays->usage(0).used == 0_GiB);
}

TEST_CASE("memory of a killed process counts until the lag is over", "[memory]") {
  Laboratory lab{"24GiB:lag=300ms"};
  ChildProcess doomed = hold_in_a_process(lab.options, 10_GiB);
  doomed.wait_for_stderr("holding");
  const SimulatedGpus gpus{lab.options};  // the real clock: the other process has no other

  doomed.signal(SIGKILL);
  static_cast<void>(doomed.wait());
  const auto death = std::chrono::steady_clock::now();
  CHECK(gpus.usage(0).used == 10_GiB);
  while (gpus.usage(0).used > 0_GiB && std::chrono::steady_clock::now() < death + 5s) {
    std::this_thread::yield();
  }

  CHECK(gpus.usage(0).used == 0_GiB);
  CHECK(std::chrono::steady_clock::now() - death >= 200ms);
}

TEST_CASE("memory of a killed process is back in time though nobody looked", "[memory]") {
  Laboratory lab{"24GiB:lag=1ms"};
  ChildProcess doomed = hold_in_a_process(lab.options, 10_GiB);
  doomed.wait_for_stderr("holding");
  doomed.signal(SIGKILL);
  static_cast<void>(doomed.wait());

  lab.clock.advance(std::chrono::steady_clock::now().time_since_epoch() -
                    lab.clock.steady_now().time_since_epoch() + 1s);

  CHECK(lab.open()->usage(0).used == 0_GiB);
}

TEST_CASE("a state file of other GPUs is refused, and says what to do", "[memory]") {
  Laboratory lab;
  static_cast<void>(lab.open());
  lab.options.gpus = parse_simulated_gpus("8GiB");

  CHECK_THAT(lab.refusal(), contains_text("is of other GPUs (24GiB,16GiB)") &&
                                contains_text("`clams gpu-sim reset`"));

  lab.options.gpus.clear();
  CHECK(lab.open()->installed().size() == 2);
}

TEST_CASE("a file that is something else is neither taken nor touched", "[memory]") {
  const Laboratory lab;
  const std::string letters = "dear diary";
  write_file_atomically(lab.options.file, letters);

  CHECK_THAT(lab.refusal(), contains_text("is not a state file of simulated GPUs"));
  write_file_atomically(lab.options.file, std::string(1 << 17, 'x'));
  CHECK_THAT(lab.refusal(), contains_text("is not a state file of simulated GPUs"));
  write_file_atomically(lab.options.file, letters);
  CHECK(read_file(lab.options.file.string(), FileKind::any) == letters);
}

TEST_CASE("an empty file is as good as none", "[memory]") {
  const Laboratory lab;
  write_file_atomically(lab.options.file, "");

  CHECK(lab.open()->usage(1).used == 2_GiB);
}

TEST_CASE("a torn state file is made anew if nobody has memory there", "[memory]") {
  const Laboratory lab;
  lab.open()->allocate(0, 3_GiB);
  const std::string whole = read_file(lab.options.file.string(), FileKind::any);
  const auto damaged =
      GENERATE_COPY(values<std::string>({whole.substr(0, 1500), whole.substr(0, whole.size() - 8),
                                         whole.substr(0, 40) + "torn" + whole.substr(44)}));
  write_file_atomically(lab.options.file, damaged);

  CHECK(lab.open()->usage(0).used == 0_GiB);
  CHECK(lab.open()->usage(0).high_water == 0_GiB);
}

TEST_CASE("a state file of another version is refused", "[memory]") {
  const Laboratory lab;
  static_cast<void>(lab.open());
  std::string text = read_file(lab.options.file.string(), FileKind::any);
  text[8] = 99;
  write_file_atomically(lab.options.file, text);

  CHECK_THAT(lab.refusal(), contains_text("was made by another version of clams"));
}

TEST_CASE("whose state file is removed or cut off can neither read nor allocate", "[memory]") {
  const Laboratory lab;
  const auto gpus = lab.open();
  const auto block = gpus->allocate(0, 1_GiB);

  SECTION("removed") { std::filesystem::remove(lab.options.file); }
  SECTION("cut off") { std::filesystem::resize_file(lab.options.file, 100); }

  CHECK_FALSE(gpus->read(0).memory().has_value());
  CHECK_THAT(gpus->read(0).why_unknown(), contains_text("start again"));
  CHECK_THROWS_WITH(gpus->allocate(0, 1_GiB), contains_text("start again"));
  CHECK_NOTHROW(gpus->free(block));
}

TEST_CASE("whatever call fails, a state file is refused or unknown, and stays good", "[memory]") {
  const int reason = GENERATE(ENOSPC, EIO, EACCES, EINTR, ENOLCK);
  bool has_failed = true;
  for (int call = 0; has_failed; ++call) {
    CAPTURE(reason, call);
    Laboratory lab;
    testing::FaultyLedgerSystem system;
    system.fail_after(call, reason);
    lab.options.system = &system;
    use_once(lab);
    has_failed = system.has_failed();
    lab.options.system = nullptr;
    CHECK(lab.open()->usage(0).used == 0_GiB);
  }
}

TEST_CASE("a reset forgets what happened, and keeps what the living have", "[memory]") {
  const Laboratory lab;
  const auto lives = lab.open();
  const auto block = lives->allocate(0, 20_GiB);
  CHECK_THROWS_AS(lives->allocate(0, 20_GiB), DeviceOutOfMemory);
  lives->free(block);
  lives->allocate(0, 3_GiB);

  reset_simulated_gpus(lab.options);

  const SimulatedUsage usage = lives->usage(0);
  CHECK(usage.used == 3_GiB);
  CHECK(usage.high_water == 3_GiB);
  CHECK(usage.failed_allocations == 0);
}

TEST_CASE("a reset makes other GPUs while nobody has memory", "[memory]") {
  Laboratory lab;
  auto before = lab.open();
  before->allocate(0, 1_GiB);
  lab.options.gpus = parse_simulated_gpus("8GiB");

  CHECK_THROWS_WITH(reset_simulated_gpus(lab.options), contains_text("is in use"));
  before.reset();
  const auto idle = Laboratory{}.open();  // of another file: it is not in the way
  reset_simulated_gpus(lab.options);

  CHECK(lab.open()->installed().at(0).total == 8_GiB);
}

TEST_CASE("devices of different state files are different devices", "[memory]") {
  const Laboratory one;
  const Laboratory other;

  CHECK(one.open()->installed()[0].uuid == one.open()->installed()[0].uuid);
  CHECK(one.open()->installed()[0].uuid != other.open()->installed()[0].uuid);
  CHECK(one.open()->index_of(one.open()->installed()[1].uuid) == 1);
  CHECK_THROWS_AS(one.open()->index_of("GPU-none"), Error);
}

TEST_CASE("a process finds its simulated GPUs by its environment, always the same", "[memory]") {
  const Laboratory lab;
  const Environment environment{{{"CLAMS_SIMULATED_STATE", lab.options.file.string()},
                                 {"CLAMS_SIMULATED_GPUS", "24GiB,16GiB:foreign=2GiB"}}};
  const auto gpus = find_simulated_gpus(environment);
  const auto probe = make_device_probe(environment);
  REQUIRE(gpus);
  const auto block = gpus->allocate(1, 1_GiB);

  CHECK(gpus == find_simulated_gpus(environment));
  CHECK(probe->read(probe->devices()[1].uuid).memory()->busy() == 3_GiB);
  CHECK_FALSE(find_simulated_gpus(Environment{}));
  const Environment without_gpus{
      {{"CLAMS_SIMULATED_STATE", (lab.folder.path() / "other").string()}}};
  CHECK_THROWS_WITH(find_simulated_gpus(without_gpus), contains_text("has no GPUs yet"));
  gpus->free(block);
}
