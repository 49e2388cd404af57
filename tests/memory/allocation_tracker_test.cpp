// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/allocation_tracker.hpp>

#include <memory>
#include <thread>
#include <vector>

using clams::AllocationTracker;
using clams::Bytes;
using clams::MeasuredPeak;
using clams::ScopeAccount;
using clams::ScopeKind;
using namespace clams::literals;

namespace {

std::shared_ptr<ScopeAccount> new_request() {
  return std::make_shared<ScopeAccount>(ScopeKind::request);
}

/// The only device's figures.
MeasuredPeak peak_of(const ScopeAccount& account) {
  const auto peaks = account.peaks();
  REQUIRE(peaks.size() == 1);
  return peaks.front();
}

}  // namespace

TEST_CASE("the peak is the most that was allocated at one time", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();

  tracker.allocated(request, 0, 0x1000, 3_MiB);
  tracker.allocated(request, 0, 0x2000, 4_MiB);
  tracker.freed(0, 0x1000);
  tracker.allocated(request, 0, 0x3000, 2_MiB);

  CHECK(peak_of(*request).allocated == 7_MiB);
  CHECK(peak_of(*request).live == 6_MiB);
}

TEST_CASE("each device has its own peak, also at the same address", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();

  tracker.allocated(request, 0, 0x1000, 1_MiB);
  tracker.allocated(request, 3, 0x1000, 5_MiB);
  tracker.freed(0, 0x1000);

  const auto peaks = request->peaks();
  REQUIRE(peaks.size() == 2);
  CHECK(peaks[0].device == 0);
  CHECK(peaks[0].live == 0_B);
  CHECK(peaks[1].device == 3);
  CHECK(peaks[1].live == 5_MiB);
}

TEST_CASE("memory freed while another scope runs is booked to its owner", "[memory]") {
  AllocationTracker tracker;
  const auto first = new_request();
  const auto second = new_request();
  tracker.allocated(first, 0, 0x1000, 8_MiB);
  tracker.allocated(second, 0, 0x2000, 1_MiB);

  std::thread other{[&tracker] { tracker.freed(0, 0x1000); }};
  other.join();

  CHECK(peak_of(*first).live == 0_B);
  CHECK(peak_of(*first).allocated == 8_MiB);
  CHECK(peak_of(*second).live == 1_MiB);
}

TEST_CASE("an allocation outlives whoever measured it", "[memory]") {
  AllocationTracker tracker;
  std::weak_ptr<ScopeAccount> seen;
  {
    const auto request = new_request();
    seen = request;
    tracker.allocated(request, 0, 0x1000, 2_MiB);
  }
  REQUIRE(seen.lock());
  CHECK(peak_of(*seen.lock()).live == 2_MiB);

  tracker.freed(0, 0x1000);

  CHECK(seen.expired());
}

TEST_CASE("an address given out anew belongs to the new owner", "[memory]") {
  AllocationTracker tracker;
  const auto first = new_request();
  const auto second = new_request();
  tracker.allocated(first, 0, 0x1000, 4_MiB);

  tracker.allocated(second, 0, 0x1000, 1_MiB);  // that the first was freed was never reported
  CHECK(peak_of(*first).live == 0_B);
  CHECK(peak_of(*second).live == 1_MiB);

  tracker.allocated(nullptr, 0, 0x1000, 1_MiB);  // now by work that nobody measures
  CHECK(peak_of(*second).live == 0_B);
}

TEST_CASE("the end of an allocation that was never seen changes nothing", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();
  tracker.allocated(request, 0, 0x1000, 1_MiB);

  tracker.freed(0, 0x9000);
  tracker.freed(7, 0x1000);

  CHECK(peak_of(*request).live == 1_MiB);
}

TEST_CASE("what the allocator takes from the device is a peak of its own", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();

  tracker.reserved(request, 0, 0x100000, 20_MiB);
  tracker.allocated(request, 0, 0x100000, 1_MiB);
  tracker.unreserved(0, 0x100000, 20_MiB);
  tracker.reserved(request, 0, 0x200000, 2_MiB);

  CHECK(peak_of(*request).reserved == 20_MiB);
  CHECK(peak_of(*request).allocated == 1_MiB);
}

TEST_CASE("a failed allocation says how much would have been needed", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();
  tracker.allocated(request, 0, 0x1000, 6_GiB);

  request->note_failure(0, 3_GiB);

  CHECK(peak_of(*request).failed_at == 9_GiB);
  CHECK(peak_of(*request).allocated == 6_GiB);
}

TEST_CASE("what the table has no room for is counted, and stays in the peak", "[memory]") {
  AllocationTracker tracker{{.expected_allocations = 64, .most_allocations = 256}};
  const auto request = new_request();

  for (std::uintptr_t i = 1; i <= 10'000; ++i) tracker.allocated(request, 0, i * 512, 512_B);
  const auto lost = tracker.unattributed();
  CHECK(lost.count >= 10'000 - 256);
  CHECK(lost.size == Bytes{static_cast<std::int64_t>(lost.count) * 512});
  CHECK(peak_of(*request).allocated == Bytes{10'000 * 512});

  for (std::uintptr_t i = 1; i <= 10'000; ++i) tracker.freed(0, i * 512);
  CHECK(peak_of(*request).live == lost.size);
}

TEST_CASE("an index that no device has is counted and not mistaken for another", "[memory]") {
  AllocationTracker tracker;
  const auto request = new_request();

  tracker.allocated(request, -1, 0x1000, 1_MiB);
  tracker.allocated(request, ScopeAccount::kMostDevices, 0x1000, 1_MiB);

  CHECK(request->peaks().empty());
  CHECK(tracker.unattributed().count == 2);
  CHECK(tracker.unattributed().size == 2_MiB);
}

TEST_CASE("the table grows and stays exact", "[memory]") {
  AllocationTracker tracker{{.expected_allocations = 1}};
  const auto request = new_request();
  constexpr std::uintptr_t kCount = 50'000;

  for (std::uintptr_t i = 1; i <= kCount; ++i) tracker.allocated(request, 0, i * 512, 1_KiB);
  for (std::uintptr_t i = 1; i <= kCount; i += 2) tracker.freed(0, i * 512);
  CHECK(peak_of(*request).live == Bytes{1024 * kCount / 2});
  for (std::uintptr_t i = 2; i <= kCount; i += 2) tracker.freed(0, i * 512);

  CHECK(peak_of(*request).live == 0_B);
  CHECK(peak_of(*request).allocated == Bytes{1024 * kCount});
  CHECK(tracker.unattributed().count == 0);
}

TEST_CASE("a scope within one of the same kind counts for both", "[memory]") {
  AllocationTracker tracker;
  const auto outer = new_request();
  const auto inner = std::make_shared<ScopeAccount>(ScopeKind::request, outer);
  const auto model = std::make_shared<ScopeAccount>(ScopeKind::model, inner);

  tracker.allocated(outer, 0, 0x1000, 1_MiB);
  tracker.allocated(inner, 0, 0x2000, 2_MiB);
  tracker.allocated(model, 0, 0x3000, 4_MiB);

  CHECK(peak_of(*outer).allocated == 3_MiB);
  CHECK(peak_of(*inner).allocated == 2_MiB);
  CHECK(peak_of(*model).allocated == 4_MiB);
}
