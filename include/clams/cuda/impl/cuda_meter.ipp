// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cuda/cuda_meter.hpp>
#include <clams/memory/detail/mark_scopes.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <cstdint>
#include <cuda_runtime_api.h>
#include <utility>
#include <vector>

namespace clams {

namespace detail {

/// One figure of a pool; none if CUDA does not tell.
CLAMS_INLINE std::optional<Bytes> cuda_pool_figure(cudaMemPool_t pool, cudaMemPoolAttr which) {
  std::uint64_t value = 0;
  if (cudaMemPoolGetAttribute(pool, which, &value) != cudaSuccess) {
    cudaGetLastError();  // it is answered here, and must not surprise a later call
    return std::nullopt;
  }
  return Bytes{static_cast<std::int64_t>(value)};
}

/// A pool's gauge with its high-water mark, which is reset by setting it to zero.
CLAMS_INLINE MarkSource cuda_pool_mark(cudaMemPool_t pool, cudaMemPoolAttr gauge,
                                       cudaMemPoolAttr high) {
  return {.read = [pool, gauge, high]() -> std::optional<HighWaterMark> {
            const auto now = cuda_pool_figure(pool, gauge);
            const auto highest = cuda_pool_figure(pool, high);
            if (!now || !highest) return std::nullopt;
            return HighWaterMark{.now = *now, .highest = *highest};
          },
          .reset =
              [pool, high] {
                std::uint64_t zero = 0;
                return cudaMemPoolSetAttribute(pool, high, &zero) == cudaSuccess;
              }};
}

}  // namespace detail

/// The pool that a device uses, and the scopes on its two marks.
class CudaMeter::Pool {
 public:
  Pool(int device, cudaMemPool_t pool)
      : device_(device),
        pool_(pool),
        used_(detail::cuda_pool_mark(pool, cudaMemPoolAttrUsedMemCurrent,
                                     cudaMemPoolAttrUsedMemHigh)),
        reserved_(detail::cuda_pool_mark(pool, cudaMemPoolAttrReservedMemCurrent,
                                         cudaMemPoolAttrReservedMemHigh)) {}

  [[nodiscard]] int device() const { return device_; }
  [[nodiscard]] detail::MarkScopes& used() { return used_; }
  [[nodiscard]] detail::MarkScopes& reserved() { return reserved_; }
  [[nodiscard]] std::optional<Bytes> held() const {
    return detail::cuda_pool_figure(pool_, cudaMemPoolAttrReservedMemCurrent);
  }
  void trim() noexcept {
    if (cudaMemPoolTrimTo(pool_, 0) != cudaSuccess) cudaGetLastError();
  }

 private:
  int device_;
  cudaMemPool_t pool_;
  detail::MarkScopes used_;
  detail::MarkScopes reserved_;
};

struct CudaMeter::State {
  std::vector<std::unique_ptr<Pool>> pools;
};

/// One work on each pool's two marks.
class CudaMeter::Scope final : public MemoryScope {
 public:
  using Work = detail::MarkScopes::Work;

  Scope(std::shared_ptr<State> state, ScopeKind kind) : state_(std::move(state)) {
    for (const auto& pool : state_->pools) {
      works_.push_back({.pool = pool.get(),
                        .used = std::make_shared<Work>(Work{.kind = kind}),
                        .reserved = std::make_shared<Work>(Work{.kind = kind})});
    }
  }

  void begin() {
    for (const auto& on : works_) {
      on.pool->used().begin(on.used);
      on.pool->reserved().begin(on.reserved);
    }
  }

  void end() {
    for (const auto& on : works_) {
      on.pool->used().end(on.used);
      on.pool->reserved().end(on.reserved);
    }
  }

  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override {
    std::vector<MeasuredPeak> touched;
    for (const auto& on : works_) {
      const auto used = on.pool->used().measure(on.used);
      const auto reserved = on.pool->reserved().measure(on.reserved);
      if (!used || !reserved || (used->peak <= Bytes{} && reserved->peak <= Bytes{})) continue;
      touched.push_back({.device = on.pool->device(),
                         .allocated = used->peak,
                         .reserved = reserved->peak,
                         .live = used->live,
                         .failed_at = {},
                         .is_upper_bound = used->was_overlapped});
    }
    return touched;
  }

 private:
  struct OnPool {
    Pool* pool;
    std::shared_ptr<Work> used;
    std::shared_ptr<Work> reserved;
  };
  std::shared_ptr<State> state_;
  std::vector<OnPool> works_;
};

CLAMS_INLINE CudaMeter::CudaMeter() : state_(std::make_shared<State>()) {
  int count = 0;
  if (const auto code = cudaGetDeviceCount(&count); code != cudaSuccess || count == 0) {
    cudaGetLastError();
    throw Error{ErrorCode::unavailable,
                std::string{"CUDA can use no device here: "} + cudaGetErrorString(code)};
  }
  for (int device = 0; device < count; ++device) {
    cudaMemPool_t pool = nullptr;
    if (cudaDeviceGetMemPool(&pool, device) == cudaSuccess) {
      state_->pools.push_back(std::make_unique<Pool>(device, pool));
    } else {
      cudaGetLastError();  // a device without pools: nothing to measure there
    }
  }
}

CLAMS_INLINE CudaMeter::~CudaMeter() = default;

CLAMS_INLINE std::string CudaMeter::name() const {
  return "cuda " + std::to_string(CUDART_VERSION / 1000) + '.' +
         std::to_string(CUDART_VERSION % 1000 / 10);
}

CLAMS_INLINE std::shared_ptr<MemoryScope> CudaMeter::open(ScopeKind kind) {
  auto scope = std::make_shared<Scope>(state_, kind);
  scope->begin();
  return scope;
}

CLAMS_INLINE void CudaMeter::close(const std::shared_ptr<MemoryScope>& scope) noexcept {
  if (auto* open = dynamic_cast<Scope*>(scope.get())) open->end();
}

CLAMS_INLINE std::optional<Bytes> CudaMeter::held(int device) const {
  for (const auto& pool : state_->pools) {
    if (pool->device() == device) return pool->held();
  }
  return std::nullopt;
}

CLAMS_INLINE void CudaMeter::release_cached() noexcept {
  for (const auto& pool : state_->pools) pool->trim();
}

CLAMS_INLINE void check_cuda_memory(int code, int device, Bytes asked) {
  if (code == cudaSuccess) return;
  const std::string why = cudaGetErrorString(static_cast<cudaError_t>(code));
  if (code == cudaErrorMemoryAllocation) {
    throw DeviceOutOfMemory{device, asked,
                            "CUDA: device " + std::to_string(device) + " has no room for " +
                                to_text(asked) + " more: " + why};
  }
  throw Error{ErrorCode::app_failure, "CUDA error " + std::to_string(code) + " on device " +
                                          std::to_string(device) + ": " + why};
}

}  // namespace clams
