// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/device_limits.hpp>
#include <clams/memory/visible_devices.hpp>
#include <clams/util/error.hpp>

using namespace clams;
using clams::testing::contains_text;

namespace {

const std::vector<InstalledDevice> kThreeGpus{
    {.uuid = "GPU-8932f937-0000"}, {.uuid = "GPU-89a00000-1111"}, {.uuid = "GPU-1234abcd-2222"}};

const std::vector<InstalledDevice> kSecondGpuIsCut{
    {.uuid = "GPU-aaaa"},
    {.uuid = "GPU-bbbb", .mig = MigMode::on, .slices = {"MIG-1111", "MIG-1122"}}};

std::vector<std::size_t> chosen_gpus(const std::optional<std::string>& list) {
  std::vector<std::size_t> places;
  for (const auto& device : visible_devices(kThreeGpus, list).devices) {
    places.push_back(device.installed);
  }
  return places;
}

using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("without CUDA_VISIBLE_DEVICES all devices are visible", "[memory]") {
  CHECK(chosen_gpus(std::nullopt) == Places{0, 1, 2});
}

TEST_CASE("an empty CUDA_VISIBLE_DEVICES and -1 hide all devices", "[memory]") {
  CHECK(chosen_gpus("").empty());
  CHECK(chosen_gpus("-1").empty());
}

TEST_CASE("devices are numbered in the order in which they are listed", "[memory]") {
  CHECK(chosen_gpus("2,0,1") == Places{2, 0, 1});
  CHECK(chosen_gpus("1") == Places{1});
  CHECK(chosen_gpus(" 2 , 0 ") == Places{2, 0});
}

TEST_CASE("a device can be listed by its UUID or an unambiguous beginning of it", "[memory]") {
  CHECK(chosen_gpus("GPU-1234abcd-2222") == Places{2});
  CHECK(chosen_gpus("GPU-8932f937") == Places{0});
  CHECK(chosen_gpus("GPU-12,0") == Places{2, 0});
}

TEST_CASE("the list ends before the first entry that names no device", "[memory]") {
  CHECK(chosen_gpus("0,-1,1") == Places{0});
  CHECK(chosen_gpus("1,3,2") == Places{1});
  CHECK(chosen_gpus("0,,2") == Places{0});
  CHECK(chosen_gpus("0,1x") == Places{0});
  CHECK(chosen_gpus("0,GPU-ffff,1") == Places{0});
  CHECK(chosen_gpus("all").empty());
}

TEST_CASE("the beginning of two UUIDs names no device", "[memory]") {
  const auto visible = visible_devices(kThreeGpus, "2,GPU-89");

  CHECK(visible.devices == std::vector<VisibleDevice>{{2}});
  CHECK_THAT(visible.remark, contains_text("\"GPU-89\" names no device, or more than one"));
}

TEST_CASE("a UUID spelled out in full is not the beginning of a longer one", "[memory]") {
  const std::vector<InstalledDevice> gpus{{.uuid = "GPU-12"}, {.uuid = "GPU-1"}};

  CHECK(visible_devices(gpus, "GPU-1").devices == std::vector<VisibleDevice>{{1}});
}

TEST_CASE("a device listed twice leaves no device visible", "[memory]") {
  const auto visible = visible_devices(kThreeGpus, "0,1,GPU-8932f937");

  CHECK(visible.devices.empty());
  CHECK_THAT(visible.remark, contains_text("a second time"));
}

TEST_CASE("a list that ends on purpose needs no remark", "[memory]") {
  CHECK(visible_devices(kThreeGpus, "0,-1").remark.empty());
  CHECK(visible_devices(kThreeGpus, std::nullopt).remark.empty());
}

TEST_CASE("a slice of a device is chosen by its UUID", "[memory]") {
  const std::vector<VisibleDevice> second_slice{{1, 1}};

  CHECK(visible_devices(kSecondGpuIsCut, "MIG-1122").devices == second_slice);
  CHECK(visible_devices(kSecondGpuIsCut, "MIG-112").devices == second_slice);
  CHECK(visible_devices(kSecondGpuIsCut, "MIG-11").devices.empty());
}

TEST_CASE("a device that is cut into slices stands for the first of them", "[memory]") {
  const std::vector<VisibleDevice> first_slice{{1, 0}};

  CHECK(visible_devices(kSecondGpuIsCut, "1").devices == first_slice);
  CHECK(visible_devices(kSecondGpuIsCut, "GPU-bbbb").devices == first_slice);
}

TEST_CASE("a process sees one slice at most, and no whole device beside it", "[memory]") {
  const std::vector<VisibleDevice> first_slice{{1, 0}};

  CHECK(visible_devices(kSecondGpuIsCut, std::nullopt).devices == first_slice);
  CHECK(visible_devices(kSecondGpuIsCut, "0,MIG-1111,MIG-1122").devices == first_slice);
  CHECK(visible_devices(kSecondGpuIsCut, "0").devices == std::vector<VisibleDevice>{{0}});
}

TEST_CASE("a device that is to be cut but has no slices yet cannot be used", "[memory]") {
  const std::vector<InstalledDevice> gpus{{.uuid = "GPU-a", .mig = MigMode::on}, {.uuid = "GPU-b"}};

  CHECK(visible_devices(gpus, std::nullopt).devices == std::vector<VisibleDevice>{{1}});
  CHECK(visible_devices(gpus, "1,0").devices == std::vector<VisibleDevice>{{1}});
}

TEST_CASE("the limit of a device is found by index and by UUID", "[memory]") {
  const DeviceLimits limits{Environment{{{"CLAMS_DEVICE_LIMIT", "0=8G, GPU-12=512MB,2=1.5GiB"}}}};

  CHECK(limits.of(0, "GPU-99") == 8_GiB);
  CHECK(limits.of(7, "GPU-1234") == Bytes{512'000'000});
  CHECK(limits.of(2, "GPU-99") == 1536_MiB);
  CHECK(limits.of(1, "GPU-99") == std::nullopt);
}

TEST_CASE("the lowest of the limits that are set counts", "[memory]") {
  const DeviceLimits limits{Environment{
      {{"CLAMS_DEVICE_LIMIT", "0=8G"}, {"CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "0=6G,1=1G"}}}};

  CHECK(limits.of(0, "GPU-0") == 6_GiB);
  CHECK(limits.of(1, "GPU-1") == 1_GiB);
}

TEST_CASE("a limit that cannot be read is refused with the variable's name", "[memory]") {
  const auto limits_of = [](const std::string& value) {
    return DeviceLimits{Environment{{{"CLAMS_DEVICE_LIMIT", value}}}};
  };

  CHECK_THROWS_WITH(limits_of("8G"), contains_text("CLAMS_DEVICE_LIMIT: \"8G\" is not a limit"));
  CHECK_THROWS_WITH(limits_of("0=much"), contains_text("CLAMS_DEVICE_LIMIT: \"much"));
  CHECK_THROWS_AS(limits_of("=8G"), Error);
}

TEST_CASE("what others use does not count against a limit", "[memory]") {
  const auto capped = DeviceLimits::capped({24_GiB, 10_GiB}, 8_GiB);

  CHECK(capped.total == 8_GiB);
  CHECK(capped.free == 8_GiB);
  CHECK(DeviceLimits::capped({24_GiB, 3_GiB}, 8_GiB).free == 3_GiB);
}
