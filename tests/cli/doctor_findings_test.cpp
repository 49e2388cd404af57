// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/detail/doctor_findings.hpp>
#include <clams/memory/nvml_probe.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace clams::detail;
using clams::Environment;
using clams::testing::contains_text;
using clams::testing::kGiB;
using clams::testing::MemoryHost;
using clams::testing::StubDevice;
using clams::testing::StubDriver;
using namespace clams::literals;

namespace {

/// A machine with a stub of NVIDIA's driver, and the app there.
struct Machine {
  Machine() {
    driver.add_device("GPU-aaaa", 24 * kGiB);
    clams::testing::set_text(driver.add_device("GPU-bbbb", 80 * kGiB).name, "Other GPU");
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  Machine(Machine&&) = delete;
  Machine& operator=(Machine&&) = delete;
  ~Machine() { host.wait_until_unused(); }

  [[nodiscard]] std::unique_ptr<clams::DeviceProbe> probe() const {
    return std::make_unique<clams::NvmlProbe>(
        environment,
        clams::NvmlProbeOptions{.library = CLAMS_STUB_NVML_FOLDER "/current/libnvidia-ml.so.1",
                                .read_budget = std::chrono::seconds{5}});
  }
  [[nodiscard]] GpuPlace place() const {
    return {.app = *app,
            .metadata = metadata,
            .environment = environment,
            .options = options,
            .log = {},
            .program = "test-app",
            .make_probe = [this] { return probe(); },
            .root = folder.path()};
  }
  [[nodiscard]] std::unique_ptr<clams::GpuMemory> memory() {
    options.ledger_dir = folder.path() / "ledgers";
    options.profile_dir = folder.path() / "profiles";
    return open_to_look(place(), probe());
  }

  clams::testing::TemporaryFolder folder;
  clams::testing::StubHost host{(folder.path() / "driver").string()};
  StubDriver& driver = host.driver();
  Environment environment;
  clams::MemoryOptions options;
  clams::AppMetadata metadata = clams::testing::test_metadata();
  std::unique_ptr<clams::ClamsApp> app =
      clams::make_app(metadata, clams::testing::add_labelled_frame);
};

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings) {
    text += std::string{severity_name(one.severity)} + ' ' + one.topic + ": " + one.what + " -> " +
            one.advice + '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("a driver that works is said to, with its version", "[cli]") {
  const Machine machine;

  CHECK_THAT(text_of(driver_findings(*machine.probe(), machine.place(), {})),
             contains_text("ok driver: NVIDIA driver 999.1, 2 GPUs visible"));
}

TEST_CASE("GPUs that are hidden by mistake are a problem, a machine without is none", "[cli]") {
  Machine machine;
  machine.environment = Environment{{{"CUDA_VISIBLE_DEVICES", "7"}}};
  CHECK_THAT(text_of(driver_findings(*machine.probe(), machine.place(), {})),
             contains_text("problem driver: no GPU can be used"));

  const clams::NvmlProbe none{Environment{}, {.library = "libno-such-driver.so.1"}};
  machine.environment = {};
  CHECK_THAT(text_of(driver_findings(none, machine.place(), {})), contains_text("note driver"));
  CHECK_THAT(text_of(driver_findings(none, machine.place(), {.has_driver_files = true})),
             contains_text("problem driver"));
}

TEST_CASE("GPUs of different kinds that are chosen by index are noted", "[cli]") {
  Machine machine;
  const auto order = [&] {
    return text_of(sharing_findings(*machine.probe(), machine.place(), {}));
  };
  CHECK_THAT(order(), contains_text("set CUDA_DEVICE_ORDER=PCI_BUS_ID"));

  machine.environment = Environment{{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}};
  CHECK(order().empty());
  machine.environment = Environment{{{"CUDA_VISIBLE_DEVICES", "GPU-bbbb,GPU-aaaa"}}};
  CHECK(order().empty());
}

TEST_CASE("MIG slices and the multi-process service are noted", "[cli]") {
  Machine machine;
  machine.driver.add_slice(machine.driver.devices[0], "MIG-one", 5 * kGiB);
  machine.environment = Environment{
      {{"CUDA_VISIBLE_DEVICES", "MIG-one"}, {"CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "0=4G"}}};

  const std::string found =
      text_of(sharing_findings(*machine.probe(), machine.place(), {.has_mps = true}));

  CHECK_THAT(found, contains_text("note MIG: GPU 0 is the MIG slice MIG-one"));
  CHECK_THAT(found, contains_text("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT is 0=4G"));
}

TEST_CASE("limits of the control group are told, and those that are near are a problem", "[cli]") {
  CHECK_THAT(text_of(host_findings({.memory_limit = 8_GiB, .memory_used = 1_GiB})),
             contains_text("ok cgroup: memory limit 8GiB, 1GiB of it used"));
  CHECK_THAT(text_of(host_findings({.memory_limit = 8_GiB, .memory_used = 7680_MiB})),
             contains_text("problem cgroup: memory limit 8GiB"));
  CHECK_THAT(text_of(host_findings({.process_limit = 20})),
             contains_text("only 20 processes and threads are allowed"));
  CHECK_THAT(text_of(host_findings({.has_own_pid_namespace = true})),
             contains_text("note PIDs: a PID namespace of its own"));
}

TEST_CASE("each GPU is told with what it has, and one that is lost is a problem", "[cli]") {
  Machine machine;
  machine.driver.devices[1].used = 60 * kGiB;
  const auto memory = machine.memory();
  const std::string found = text_of(gpu_findings(*memory));
  CHECK_THAT(found, contains_text("ok GPU 0: Stub GPU GPU-aaaa: 24GiB of 24GiB available"));
  CHECK_THAT(found, contains_text("note GPU 1: Other GPU GPU-bbbb: 20GiB of 80GiB available"));

  machine.driver.devices[0].fail_memory(15);

  CHECK_THAT(text_of(gpu_findings(*memory)),
             contains_text("problem GPU 0: Stub GPU GPU-aaaa cannot be read"));
}

TEST_CASE("the ledgers tell who promised, waits and died", "[cli]") {
  MemoryHost host;
  const auto memory = host.process();
  const auto running = memory->begin(clams::testing::wants("m", 1_GiB, 1_GiB));

  const std::string found =
      text_of(ledger_findings(*memory, "/tmp/ledgers", {.has_own_pid_namespace = true}));

  CHECK_THAT(found, contains_text("note ledger: in /tmp/ledgers -> other containers"));
  CHECK_THAT(found, contains_text("ok ledger: GPU 0: 2 promises, 0 waiting, 0 of the dead"));
}

TEST_CASE("a folder in which no peak can be remembered is a problem", "[cli]") {
  const clams::testing::TemporaryFolder folder;
  std::ofstream{folder.path() / "file"} << "no folder";

  CHECK_THAT(text_of(profile_findings({})), contains_text("problem profiles: there is no folder"));
  CHECK_THAT(text_of(profile_findings(folder.path() / "file/profiles")),
             contains_text("file/profiles cannot be written"));
  CHECK_THAT(text_of(profile_findings(folder.path() / "a/b")), contains_text("ok profiles"));
}

TEST_CASE("an app that says nothing of GPUs is told to run on the processor", "[cli]") {
  Machine machine;
  const auto memory = machine.memory();

  CHECK_THAT(text_of(admission_findings(*memory, machine.place(), {})),
             contains_text("the app says nothing of GPUs"));

  machine.metadata.est_gpu_mem_typ = 30_GiB;
  const std::string found =
      text_of(admission_findings(*memory, machine.place(), {.memory_limit = 8_GiB}));
  CHECK_THAT(found, contains_text("note admission: GPU 0: a request needs 30GiB (metadata)"));
  CHECK_THAT(found, contains_text("ok admission: GPU 1: a request needs 30GiB (metadata)"));
  CHECK_THAT(found, contains_text("larger than the memory limit of the control group"));
}
