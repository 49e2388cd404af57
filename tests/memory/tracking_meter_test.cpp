// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/measured_peaks.hpp"
#include <clams/memory/memory_guard.hpp>
#include <clams/memory/scope_binding.hpp>
#include <clams/memory/tracking_meter.hpp>

#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using clams::AllocatorKind;
using clams::Bytes;
using clams::MeasuredPeak;
using clams::MemoryGuard;
using clams::ScopeBinding;
using clams::ScopeHandle;
using clams::ScopeKind;
using clams::TrackingMeter;
using clams::testing::measured_side_by_side;
using clams::testing::only;
using namespace clams::literals;

namespace {

/// Allocates and frees known sizes, 1 KiB to 100 KiB at addresses of its own; its peak is 5050 KiB
/// and its base 8 KiB.
void do_known_work(TrackingMeter& meter, std::uintptr_t worker) {
  const auto address = [worker](std::uintptr_t i) { return (worker << 32U) + i * 4096; };
  meter.on_allocated(0, address(200), 8_KiB);
  for (int round = 0; round < 20; ++round) {
    for (std::uintptr_t i = 1; i <= 100; ++i) {
      meter.on_allocated(0, address(i), Bytes{static_cast<std::int64_t>(i) * 1024});
    }
    for (std::uintptr_t i = 1; i <= 100; ++i) {
      meter.on_freed(0, address(i), Bytes{static_cast<std::int64_t>(i) * 1024});
    }
  }
}

}  // namespace

TEST_CASE("requests side by side each see their own memory to the byte", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  constexpr std::size_t kThreads = 8;

  const auto peaks =
      measured_side_by_side(meter, kThreads, [&](std::size_t i) { do_known_work(meter, i + 1); });

  for (const auto& peak : peaks) {
    CHECK(peak.allocated == 5058_KiB);
    CHECK(peak.live == 8_KiB);
  }
  CHECK(meter.held(0) == Bytes{8 * 1024 * static_cast<std::int64_t>(kThreads)});
}

TEST_CASE("a thread that is handed a scope works for it", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const MemoryGuard guard{meter, ScopeKind::request};
  const auto scope = ScopeHandle::of_this_thread();

  std::thread helper{[&] {
    meter.on_allocated(0, 0x1000, 1_MiB);  // not yet for the scope
    {
      const ScopeBinding binding{scope};
      meter.on_allocated(0, 0x2000, 2_MiB);
    }
    meter.on_allocated(0, 0x3000, 4_MiB);  // no longer
  }};
  helper.join();

  CHECK(only(guard.peaks()).allocated == 2_MiB);
}

TEST_CASE("a binding hides the scope that the thread was in", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  ScopeHandle first_scope;
  const MemoryGuard first{meter, ScopeKind::request};
  first_scope = ScopeHandle::of_this_thread();
  const MemoryGuard second{meter, ScopeKind::model};

  {
    const ScopeBinding binding{first_scope};
    meter.on_allocated(0, 0x1000, 1_MiB);
  }
  meter.on_allocated(0, 0x2000, 2_MiB);

  CHECK(only(first.peaks()).allocated == 1_MiB);
  CHECK(only(second.peaks()).allocated == 2_MiB);
}

TEST_CASE("a model that a request loads is not the request's", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const MemoryGuard request{meter, ScopeKind::request};
  meter.on_allocated(0, 0x1000, 1_GiB);
  {
    const MemoryGuard loading{meter, ScopeKind::model};
    meter.on_allocated(0, 0x2000, 3_GiB);
    CHECK(only(loading.peaks()).allocated == 3_GiB);
  }
  meter.on_allocated(0, 0x3000, 2_GiB);

  CHECK(only(request.peaks()).allocated == 3_GiB);
  CHECK(meter.held(0) == 6_GiB);
}

TEST_CASE("a scope ends when the work throws, and the next one starts at nothing", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const auto failing_work = [&meter] {
    const MemoryGuard guard{meter, ScopeKind::request};
    meter.on_allocated(0, 0x1000, 1_MiB);
    throw std::runtime_error{"the work failed"};
  };
  CHECK_THROWS_AS(failing_work(), std::runtime_error);

  meter.on_allocated(0, 0x2000, 1_MiB);  // in no scope
  const MemoryGuard guard{meter, ScopeKind::request};
  meter.on_freed(0, 0x1000, 1_MiB);

  CHECK(guard.peaks().empty());
}

TEST_CASE("two meters in one thread do not mix", "[memory]") {
  TrackingMeter one{{.name = "one"}};
  TrackingMeter two{{.name = "two"}};
  const MemoryGuard of_one{one, ScopeKind::request};
  const MemoryGuard of_two{two, ScopeKind::request};

  one.on_allocated(0, 0x1000, 1_MiB);
  two.on_allocated(0, 0x1000, 2_MiB);

  CHECK(only(of_one.peaks()).allocated == 1_MiB);
  CHECK(only(of_two.peaks()).allocated == 2_MiB);
}

TEST_CASE("a scope closed out of turn leaves the others in place", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const auto outer = meter.open(ScopeKind::request);
  const auto inner = meter.open(ScopeKind::model);

  meter.close(outer);
  meter.on_allocated(0, 0x1000, 1_MiB);
  meter.close(inner);
  meter.close(inner);
  meter.on_allocated(0, 0x2000, 1_MiB);

  CHECK(outer->peaks().empty());
  CHECK(only(inner->peaks()).allocated == 1_MiB);
}

TEST_CASE("an allocator without a cache takes what it gives out", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const MemoryGuard guard{meter, ScopeKind::request};

  meter.on_allocated(0, 0x1000, 1_MiB);

  CHECK(only(guard.peaks()).reserved == 1_MiB);
  CHECK(meter.held(0) == 1_MiB);
  CHECK_FALSE(meter.held(-1).has_value());
}

TEST_CASE("an allocator with a cache holds what it reserved", "[memory]") {
  int released = 0;
  TrackingMeter meter{{.name = "test",
                       .allocator = AllocatorKind::caching,
                       .release_cached = [&released] { ++released; }}};
  const MemoryGuard guard{meter, ScopeKind::request};

  meter.on_reserved(0, 0x1000, 20_MiB);
  meter.on_allocated(0, 0x1000, 1_MiB);
  meter.on_freed(0, 0x1000, 1_MiB);
  CHECK(meter.held(0) == 20_MiB);
  meter.release_cached();
  meter.on_unreserved(0, 0x1000, 20_MiB);

  CHECK(released == 1);
  CHECK(meter.held(0) == 0_B);
  CHECK(only(guard.peaks()).reserved == 20_MiB);
}

TEST_CASE("an allocation that failed is the failing request's alone", "[memory]") {
  TrackingMeter meter{{.name = "test"}};
  const MemoryGuard guard{meter, ScopeKind::request};
  meter.on_allocated(0, 0x1000, 1_MiB);

  std::vector<MeasuredPeak> others;
  std::thread other{[&] {
    const MemoryGuard other_guard{meter, ScopeKind::request};
    meter.on_out_of_memory(0, 4_GiB);
    others = other_guard.peaks();
  }};
  other.join();
  meter.on_out_of_memory(0, 2_MiB);

  CHECK(only(others).failed_at == 4_GiB);
  CHECK(only(guard.peaks()).failed_at == 3_MiB);
}

TEST_CASE("a meter whose cache cannot be released goes on", "[memory]") {
  TrackingMeter meter{
      {.name = "test", .release_cached = [] { throw std::runtime_error{"the device is lost"}; }}};

  meter.release_cached();

  CHECK(meter.name() == "test");
}
