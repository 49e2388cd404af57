// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/host_meter.hpp>
#include <clams/memory/memory_guard.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <vector>

using clams::Bytes;
using clams::HostMeter;
using clams::MeasuredPeak;
using clams::MemoryGuard;
using clams::ScopeKind;
using namespace clams::literals;

namespace {

/// A folder like /proc/self whose figures the test sets.
class FakeProcess {
 public:
  FakeProcess() { std::ofstream{folder_.path() / "clear_refs"}; }

  void shows(Bytes resident, Bytes highest) const {
    std::ofstream{folder_.path() / "status"} << "Name:\ttest\nVmHWM:\t" << highest.count() / 1024
                                             << " kB\nVmRSS:\t" << resident.count() / 1024
                                             << " kB\n";
  }

  /// As in a container that forbids it.
  void forbid_reset() const {
    std::filesystem::remove(folder_.path() / "clear_refs");
    std::filesystem::create_directory(folder_.path() / "clear_refs");
  }

  [[nodiscard]] std::string told_to_clear() const {
    std::ifstream file{folder_.path() / "clear_refs"};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  [[nodiscard]] HostMeter meter() const { return HostMeter{{.process = folder_.path()}}; }

 private:
  clams::testing::TemporaryFolder folder_;
};

MeasuredPeak only(const std::vector<MeasuredPeak>& peaks) {
  REQUIRE(peaks.size() == 1);
  return peaks.front();
}

}  // namespace

TEST_CASE("a lone request's peak is the mark above where it began", "[memory]") {
  const FakeProcess process;
  process.shows(100_MiB, 900_MiB);  // an older peak
  auto meter = process.meter();
  const MemoryGuard guard{meter, ScopeKind::request};
  CHECK(process.told_to_clear() == "5");

  process.shows(130_MiB, 250_MiB);

  const auto peak = only(guard.peaks());
  CHECK(peak.allocated == 150_MiB);
  CHECK(peak.live == 30_MiB);
  CHECK_FALSE(peak.is_upper_bound);
}

TEST_CASE("a mark that cannot be reset counts only when it rises", "[memory]") {
  const FakeProcess process;
  process.forbid_reset();
  process.shows(100_MiB, 900_MiB);
  auto meter = process.meter();
  const MemoryGuard guard{meter, ScopeKind::request};

  process.shows(140_MiB, 900_MiB);
  CHECK(only(guard.peaks()).allocated == 40_MiB);
  process.shows(100_MiB, 950_MiB);
  CHECK(only(guard.peaks()).allocated == 850_MiB);
}

TEST_CASE("requests that overlap say that theirs is an upper bound", "[memory]") {
  const FakeProcess process;
  process.shows(100_MiB, 100_MiB);
  auto meter = process.meter();
  const MemoryGuard guard{meter, ScopeKind::request};
  process.shows(110_MiB, 160_MiB);

  std::vector<MeasuredPeak> others;
  std::thread other{[&] {
    const MemoryGuard other_guard{meter, ScopeKind::request};
    process.shows(150_MiB, 150_MiB);
    others = other_guard.peaks();
  }};
  other.join();

  CHECK(only(guard.peaks()).is_upper_bound);
  CHECK(only(guard.peaks()).allocated == 60_MiB);  // seen before the other one reset the mark
  CHECK(only(others).is_upper_bound);
  CHECK(only(others).allocated == 40_MiB);
}

TEST_CASE("what a model's load leaves is taken out of the request around it", "[memory]") {
  const FakeProcess process;
  process.shows(100_MiB, 100_MiB);
  auto meter = process.meter();
  const MemoryGuard request{meter, ScopeKind::request};
  process.shows(110_MiB, 110_MiB);
  {
    const MemoryGuard loading{meter, ScopeKind::model};
    process.shows(610_MiB, 900_MiB);
    CHECK(only(loading.peaks()).allocated == 790_MiB);
    CHECK(only(loading.peaks()).live == 500_MiB);
  }
  process.shows(630_MiB, 640_MiB);

  CHECK(only(request.peaks()).allocated == 40_MiB);
  CHECK_FALSE(only(request.peaks()).is_upper_bound);
}

TEST_CASE("a request that failed leaves the meter as it was", "[memory]") {
  const FakeProcess process;
  process.shows(100_MiB, 100_MiB);
  auto meter = process.meter();
  const auto failing_work = [&meter] {
    const MemoryGuard guard{meter, ScopeKind::request};
    throw std::runtime_error{"the work failed"};
  };
  CHECK_THROWS_AS(failing_work(), std::runtime_error);

  const MemoryGuard guard{meter, ScopeKind::request};
  process.shows(100_MiB, 120_MiB);

  CHECK(only(guard.peaks()).allocated == 20_MiB);
  CHECK_FALSE(only(guard.peaks()).is_upper_bound);
}

TEST_CASE("without the kernel's figures there are no peaks", "[memory]") {
  const FakeProcess process;  // has no status file
  auto meter = process.meter();
  const MemoryGuard guard{meter, ScopeKind::request};

  CHECK(guard.peaks().empty());
  CHECK_FALSE(meter.held(0).has_value());
}

TEST_CASE("the peak of this process is seen after the memory is gone", "[memory]") {
  HostMeter meter;
  const MemoryGuard guard{meter, ScopeKind::request};
  if (guard.peaks().empty()) CLAMS_SKIP("the kernel shows no figures");
  constexpr std::size_t kSize = std::size_t{64} << 20U;

  void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  std::memset(memory, 1, kSize);
  munmap(memory, kSize);

  const auto peak = only(guard.peaks());
  CHECK(peak.allocated >= 60_MiB);  // the kernel counts in batches
  CHECK(peak.live < peak.allocated);
  CHECK(meter.held(0).value_or(Bytes{}) > 1_MiB);
}

TEST_CASE("only running out of memory is translated", "[memory]") {
  const HostMeter meter;

  try {
    throw std::bad_alloc{};
  } catch (...) {
    CHECK_THROWS_AS(meter.translate_exception(), clams::DeviceOutOfMemory);
  }
  try {
    throw std::runtime_error{"something else"};
  } catch (...) {
    CHECK_NOTHROW(meter.translate_exception());
  }
}
