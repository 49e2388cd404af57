// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/stub_nvml/stub_gpu.hpp"
#include <clams/memory/device_probe.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

// The GPUs of app_stress, and how each of its processes is shown them.

namespace clams::testing {

/// Whether the last card is whole, or cut into two slices of half its memory each.
enum class LastCard : int { whole, cut };

struct StressMachine {
  std::size_t cards = 1;
  LastCard last = LastCard::whole;

  [[nodiscard]] std::size_t whole_cards() const { return cards - (last == LastCard::cut ? 1 : 0); }
  /// Cards, then slices: as many places as the driver has.
  [[nodiscard]] std::size_t places() const { return cards + (last == LastCard::cut ? 2 : 0); }
  /// The places that have memory to take.
  [[nodiscard]] std::vector<std::size_t> usable() const {
    std::vector<std::size_t> usable(whole_cards());
    std::iota(usable.begin(), usable.end(), 0);
    if (last == LastCard::cut) usable.insert(usable.end(), {cards, cards + 1});
    return usable;
  }

  static std::string card_uuid(std::size_t place) { return "GPU-stress-" + std::to_string(place); }
  static std::string slice_uuid(std::size_t slice) { return "MIG-stress-" + std::to_string(slice); }

  void install(StubDriver& driver, std::uint64_t total) const {
    for (std::size_t place = 0; place < cards; ++place) {
      driver.add_device(card_uuid(place), total);
    }
    if (last == LastCard::whole) return;
    for (std::size_t slice = 0; slice < 2; ++slice) {
      driver.add_slice(driver.devices.at(cards - 1), slice_uuid(slice), total / 2);
    }
  }
};

/// What one process sees: the variable, and the driver's places in the order in which CUDA counts
/// them then. The second is worked out here by itself, so that it can show the first to be misread.
struct StressView {
  std::string visible;
  std::vector<std::size_t> places;
};

/// Every process has another order: turned, every third from the back, by indices or by UUIDs, and
/// some see half of the cards only. Of a card that is cut, a process sees one slice.
inline StressView stress_view(const StressMachine& machine, std::size_t process) {
  const std::size_t count = machine.whole_cards();
  const bool sees_slice = machine.last == LastCard::cut && (count == 0 || process % 2 == 0);
  if (sees_slice) {
    const std::size_t slice = process / 2 % 2;
    return {StressMachine::slice_uuid(slice), {machine.cards + slice}};
  }
  StressView view;
  for (std::size_t i = 0; i < count; ++i) view.places.push_back((process + i) % count);
  if (process % 3 == 2) std::reverse(view.places.begin(), view.places.end());
  if (process % 4 == 3) view.places.resize((count + 1) / 2);
  for (const std::size_t place : view.places) {
    if (!view.visible.empty()) view.visible += ',';
    const bool by_uuid = process % 5 < 2;
    view.visible += by_uuid ? StressMachine::card_uuid(place) : std::to_string(place);
  }
  return view;
}

/// A bug to be noticed: GPUs are told apart by the index that they have in this process.
class ProbeByIndex final : public DeviceProbe {
 public:
  explicit ProbeByIndex(std::unique_ptr<DeviceProbe> real)
      : real_(std::move(real)), devices_(real_->devices()) {
    for (Device& device : devices_) device.uuid = "GPU-" + std::to_string(device.index);
  }
  [[nodiscard]] const std::vector<Device>& devices() const override { return devices_; }
  [[nodiscard]] DeviceReading read(const std::string& uuid) const override {
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      if (devices_[i].uuid == uuid) return real_->read(real_->devices()[i].uuid);
    }
    return DeviceReading::unknown("no such GPU");
  }

 private:
  std::unique_ptr<DeviceProbe> real_;
  std::vector<Device> devices_;
};

}  // namespace clams::testing
