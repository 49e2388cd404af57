// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/worker_plan.hpp>

#include <vector>

using clams::plan_workers;
using clams::WorkerFootprint;
using clams::WorkerRoom;
using namespace clams::literals;

namespace {

constexpr WorkerFootprint kSixGibibytes{.resident = 4_GiB, .working = 1_GiB, .context = 1_GiB};

}  // namespace

TEST_CASE("as many processes are planned as the memory of all GPUs takes", "[memory]") {
  const std::vector<WorkerRoom> gpus{{.available = 16_GiB, .reserve = 1_GiB},
                                     {.available = 7_GiB, .reserve = 1_GiB}};

  const auto plan = plan_workers(kSixGibibytes, gpus, 64);

  CHECK(plan.on_gpu == std::vector<std::size_t>{2, 1});
  CHECK(plan.by_memory == 3);
  CHECK(plan.by_processors == 4);
  CHECK(plan.workers == 3);
}

TEST_CASE("there are never more processes than four, nor than processors", "[memory]") {
  const std::vector<WorkerRoom> gpus{{.available = 80_GiB, .reserve = 0_B}};

  CHECK(plan_workers(kSixGibibytes, gpus, 64).workers == 4);
  CHECK(plan_workers(kSixGibibytes, gpus, 2).workers == 2);
  CHECK(plan_workers({}, {}, 3).workers == 3);
}

TEST_CASE("a process that shares its models runs more requests in the same room", "[memory]") {
  const std::vector<WorkerRoom> gpus{{.available = 16_GiB, .reserve = 1_GiB}};

  CHECK(plan_workers(kSixGibibytes, gpus, 64).requests_of_one_process == 10);
}

TEST_CASE("no process is planned for a GPU that has less than its reserve", "[memory]") {
  const std::vector<WorkerRoom> gpus{{.available = 1_GiB, .reserve = 2_GiB}};

  const auto plan = plan_workers(kSixGibibytes, gpus, 64);

  CHECK(plan.workers == 0);
  CHECK(plan.requests_of_one_process == 0);
}
