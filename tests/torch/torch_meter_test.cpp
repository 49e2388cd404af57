// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/measured_peaks.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/memory_guard.hpp>
#include <clams/torch/torch_errors.hpp>
#include <clams/torch/torch_meter.hpp>
#include <clams/torch/torch_scope.hpp>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using clams::Bytes;
using clams::MeasuredPeak;
using clams::MemoryGuard;
using clams::ScopeKind;
using clams::TorchMemory;
using clams::TorchMeter;
using clams::testing::measured_side_by_side;
using clams::testing::only;
using namespace clams::literals;

namespace {

at::Tensor bytes(Bytes size) { return at::empty({size.count()}, at::kByte); }

}  // namespace

TEST_CASE("a request's peak is what its tensors took at one time", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard guard{meter, ScopeKind::request};

  const auto kept = bytes(3_MiB);
  { const auto passing = bytes(5_MiB); }
  const auto later = bytes(1_MiB);

  CHECK(only(guard.peaks()).allocated == 8_MiB);
  CHECK(only(guard.peaks()).live == 4_MiB);
  CHECK(meter.name().starts_with("libtorch 2."));
}

TEST_CASE("requests side by side each see their own tensors", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const auto own = [](std::size_t i) { return 1_MiB * static_cast<std::int64_t>(i + 1); };

  const auto peaks = measured_side_by_side(meter, 6, [&](std::size_t i) {
    for (int round = 0; round < 50; ++round) {
      const auto one = bytes(own(i));
      const auto two = bytes(64_KiB);
    }
  });

  for (std::size_t i = 0; i < peaks.size(); ++i) {
    CHECK(peaks[i].allocated == own(i) + 64_KiB);
  }
}

TEST_CASE("a tensor that another request frees is its owner's", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard guard{meter, ScopeKind::request};
  std::optional tensor{bytes(4_MiB)};
  std::vector<MeasuredPeak> others;

  std::thread other{[&] {
    const MemoryGuard other_guard{meter, ScopeKind::request};
    tensor.reset();
    others = other_guard.peaks();
  }};
  other.join();

  CHECK(others.empty());
  CHECK(only(guard.peaks()).live == 0_B);
}

TEST_CASE("libtorch hands the scope on to its own threads", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard guard{meter, ScopeKind::request};
  std::promise<at::Tensor> made;

  at::launch([&made] { made.set_value(bytes(2_MiB)); });
  const auto tensor = made.get_future().get();

  CHECK(only(guard.peaks()).allocated == 2_MiB);
}

TEST_CASE("a wrapped task works for the scope in a thread of the app's", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard guard{meter, ScopeKind::request};
  std::vector<at::Tensor> made(2);

  std::thread alone{[&] { made[0] = bytes(1_MiB); }};
  alone.join();
  CHECK(guard.peaks().empty());
  std::thread helper{clams::wrap_task([&] { made[1] = bytes(2_MiB); })};
  helper.join();

  CHECK(only(guard.peaks()).allocated == 2_MiB);
}

TEST_CASE("a model's weights are not the loading request's, and outlive its scope", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard request{meter, ScopeKind::request};
  const auto before = bytes(1_MiB);
  std::optional<at::Tensor> weights;
  const auto model = meter.open(ScopeKind::model);
  weights = bytes(16_MiB);
  meter.close(model);
  const auto after = bytes(1_MiB);

  CHECK(only(request.peaks()).allocated == 2_MiB);
  CHECK(only(model->peaks()).live == 16_MiB);
  weights.reset();
  CHECK(only(model->peaks()).live == 0_B);
  CHECK(only(model->peaks()).allocated == 16_MiB);
}

TEST_CASE("work that throws ends its scope", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const auto failing_work = [&meter] {
    const MemoryGuard guard{meter, ScopeKind::request};
    const auto tensor = bytes(1_MiB);
    throw std::runtime_error{"the work failed"};
  };
  CHECK_THROWS_AS(failing_work(), std::runtime_error);

  const auto in_no_scope = bytes(1_MiB);
  const MemoryGuard guard{meter, ScopeKind::request};

  CHECK(guard.peaks().empty());
}

TEST_CASE("an allocation that fails is told with its size", "[torch]") {
  TorchMeter meter{TorchMemory::cpu};
  const MemoryGuard guard{meter, ScopeKind::request};
  const auto kept = bytes(1_MiB);
  const Bytes too_much{std::int64_t{1} << 60U};

  try {
    const auto tensor = bytes(too_much);
    FAIL("the allocator gave more than there is");
  } catch (const c10::Error&) {
    try {
      meter.translate_exception();
      FAIL("not translated");
    } catch (const clams::DeviceOutOfMemory& error) {
      CHECK(error.asked() == too_much);
      CHECK(error.device() == 0);
    }
  }
  CHECK(only(guard.peaks()).failed_at == too_much + 1_MiB);
}

TEST_CASE("libtorch's errors mean retry, restart, or something else", "[torch]") {
  const auto translated = [](auto error) {
    try {
      throw error;
    } catch (...) {
      clams::translate_torch_exception();
    }
  };
  const c10::SourceLocation here{"here", "here", 1};

  CHECK_THROWS_AS(translated(c10::OutOfMemoryError(here, "CUDA out of memory")),
                  clams::DeviceOutOfMemory);
  CHECK_THROWS_AS(translated(c10::AcceleratorError(here, 2, "out of memory")),
                  clams::DeviceOutOfMemory);
  CHECK_THROWS_WITH(translated(c10::AcceleratorError(here, 700, "an illegal memory access")),
                    clams::testing::contains_text("restart this process"));
  CHECK_NOTHROW(translated(c10::AcceleratorError(here, 9, "invalid configuration")));
  CHECK_NOTHROW(translated(c10::Error(here, "shapes do not match")));
  CHECK_NOTHROW(translated(std::runtime_error("of the app's own")));
}

TEST_CASE("GPUs that libtorch does not have are refused by name", "[torch]") {
  const TorchMeter automatic;
  if (automatic.memory() == TorchMemory::cuda) CLAMS_SKIP("libtorch has a GPU here");

  CHECK_THROWS_WITH(TorchMeter{TorchMemory::cuda},
                    clams::testing::contains_text("libtorch") &&
                        clams::testing::contains_text("cannot use a GPU"));
  CHECK_FALSE(automatic.held(0).has_value());
  CHECK(automatic.unattributed().count == 0);
}
