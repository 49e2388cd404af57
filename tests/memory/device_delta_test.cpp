// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/device_delta.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using clams::Bytes;
using clams::DeviceDelta;
using clams::DeviceWatch;
using namespace clams::literals;

namespace {

/// One device of 24 GiB whose use the test sets; it can also become unreadable.
class OneDevice final : public clams::DeviceProbe {
 public:
  [[nodiscard]] const std::vector<clams::Device>& devices() const override { return devices_; }

  [[nodiscard]] clams::DeviceReading read(const std::string& uuid) const override {
    ++begun_reads_;
    begun_reads_.notify_all();
    if (uuid != "GPU-1" || busy_ < 0) return clams::DeviceReading::unknown("lost");
    return clams::DeviceMemory{.total = 24_GiB, .free = 24_GiB - Bytes{busy_}};
  }

  void shows(Bytes busy) { busy_ = busy.count(); }
  void is_lost() { busy_ = -1; }
  /// Returns once a reading that began after this call has been taken in.
  void wait_for_a_reading() const {
    const int before = begun_reads_;
    for (int now = before; now < before + 2; now = begun_reads_) begun_reads_.wait(now);
  }

 private:
  std::vector<clams::Device> devices_{{.uuid = "GPU-1", .name = "test", .total = 24_GiB}};
  std::atomic<std::int64_t> busy_{0};
  mutable std::atomic<int> begun_reads_{0};
};

}  // namespace

TEST_CASE("a lone work's delta is what the device grew by at most", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  device.shows(2_GiB);
  DeviceDelta delta{watch};

  device.shows(7_GiB);
  delta.sample();
  device.shows(3_GiB);

  const auto measured = delta.measure();
  REQUIRE(measured.has_value());
  CHECK(measured->before == 2_GiB);
  CHECK(measured->growth() == 5_GiB);
  CHECK(measured->after == 3_GiB);
  CHECK(measured->was_alone);
}

TEST_CASE("works that overlap at any time were not alone", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  DeviceDelta first{watch};
  std::optional<DeviceDelta> second{std::in_place, watch};

  CHECK_FALSE(second->measure()->was_alone);
  second.reset();
  CHECK_FALSE(first.measure()->was_alone);  // the other one is gone, but was there
}

TEST_CASE("a work that begins after another has ended is alone", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  { const DeviceDelta first{watch}; }

  DeviceDelta second{watch};

  CHECK(second.measure()->was_alone);
}

TEST_CASE("works on different devices do not disturb each other", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  DeviceWatch other{device, "GPU-2"};
  DeviceDelta here{watch};
  DeviceDelta there{other};

  CHECK(here.measure()->was_alone);
  CHECK_FALSE(there.measure().has_value());  // no such device
}

TEST_CASE("a device that cannot be read has no delta", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  DeviceDelta delta{watch};

  device.is_lost();
  CHECK_FALSE(delta.measure().has_value());
  device.shows(1_GiB);
  CHECK(delta.measure()->growth() == 1_GiB);
}

TEST_CASE("a sampling thread sees a peak that is over at the end", "[memory]") {
  OneDevice device;
  DeviceWatch watch{device, "GPU-1"};
  device.shows(1_GiB);
  DeviceDelta delta{watch, std::chrono::milliseconds{1}};

  device.shows(9_GiB);
  device.wait_for_a_reading();
  device.shows(2_GiB);

  CHECK(delta.measure()->growth() == 8_GiB);
}
