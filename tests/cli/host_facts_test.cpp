// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/cli/detail/host_facts.hpp>

#include <filesystem>
#include <fstream>
#include <string>

using clams::Environment;
using clams::detail::HostFacts;
using clams::detail::read_host_facts;
using namespace clams::literals;

namespace {

/// What stands in /proc and its like.
struct Root {
  void write(const std::string& file, const std::string& text) const {
    const auto path = folder.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
  void set_pid_namespace(const std::string& name) const {
    const auto link = folder.path() / "proc/self/ns/pid";
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::create_symlink(name, link);
  }
  [[nodiscard]] HostFacts facts(const Environment& environment = {}) const {
    return read_host_facts(environment, folder.path());
  }

  clams::testing::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("where nothing can be told there are no limits", "[cli]") {
  const HostFacts facts = Root{}.facts();

  CHECK_FALSE(facts.memory_limit);
  CHECK_FALSE(facts.processor_limit);
  CHECK_FALSE(facts.process_limit);
  CHECK_FALSE(facts.has_own_pid_namespace);
  CHECK_FALSE(facts.has_mps);
  CHECK(facts.usable_processors() == facts.processors);
}

TEST_CASE("the limits of a control group of version 2 are read", "[cli]") {
  const Root root;
  root.write("proc/self/cgroup", "0::/system.slice/app.service\n");
  root.write("sys/fs/cgroup/system.slice/app.service/memory.max", "8589934592\n");
  root.write("sys/fs/cgroup/system.slice/app.service/memory.current", "1073741824\n");
  root.write("sys/fs/cgroup/system.slice/app.service/cpu.max", "50000 100000\n");
  root.write("sys/fs/cgroup/system.slice/app.service/pids.max", "512\n");

  const HostFacts facts = root.facts();

  CHECK(facts.memory_limit == 8_GiB);
  CHECK(facts.memory_used == 1_GiB);
  CHECK(facts.processor_limit == 0.5);
  CHECK(facts.usable_processors() == 1);
  CHECK(facts.process_limit == 512);
}

TEST_CASE("the limits of a container's control group of version 1 are read at its root", "[cli]") {
  const Root root;
  root.write("proc/self/cgroup", "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4294967296\n");
  root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4294967\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

  const HostFacts facts = root.facts();

  CHECK(facts.memory_limit == 4_GiB);
  CHECK(facts.processor_limit == 2.0);
}

TEST_CASE("what says that there is no limit is none", "[cli]") {
  const Root root;
  root.write("proc/self/cgroup", "0::/\n4:memory:/\n");
  root.write("sys/fs/cgroup/memory.max", "max\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  root.write("sys/fs/cgroup/pids.max", "nonsense\n");

  const HostFacts facts = root.facts();

  CHECK_FALSE(facts.memory_limit);
  CHECK_FALSE(facts.processor_limit);
  CHECK_FALSE(facts.process_limit);
}

TEST_CASE("a container's PID namespace is told from the machine's", "[cli]") {
  const Root machine;
  machine.set_pid_namespace("pid:[4026531836]");
  const Root container;
  container.set_pid_namespace("pid:[4026532201]");

  CHECK_FALSE(machine.facts().has_own_pid_namespace);
  CHECK(container.facts().has_own_pid_namespace);
}

TEST_CASE("driver files and CUDA's multi-process service are noticed", "[cli]") {
  const Root root;
  root.write("dev/nvidiactl", "");
  root.write("tmp/nvidia-mps/control", "");

  CHECK(root.facts().has_driver_files);
  CHECK(root.facts().has_mps);
  CHECK(Root{}.facts(Environment{{{"CUDA_MPS_PIPE_DIRECTORY", "/run/mps"}}}).has_mps);
}
