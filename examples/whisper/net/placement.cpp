// SPDX-License-Identifier: Apache-2.0
#include "net/placement.hpp"

#include <clams/util/error.hpp>

#include <string>

namespace whisper {
namespace {

using clams::Error;
using clams::ErrorCode;

c10::Device device_of(std::optional<int> gpu) {
  if (!gpu) return c10::kCPU;
  const auto gpus = at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
  if (*gpu < 0 || *gpu >= gpus) {
    throw Error(ErrorCode::unavailable, "there is no GPU " + std::to_string(*gpu) +
                                            ": libtorch can use " + std::to_string(gpus));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(*gpu)};
}

}  // namespace

Placement placement_of(const NetworkOptions& options) {
  const Placement placement{.device = device_of(options.gpu), .type = options.compute_type};
  const bool on_gpu = placement.device.is_cuda();
  if (placement.type == (on_gpu ? ComputeType::int8 : ComputeType::float16)) {
    throw Error(ErrorCode::unavailable,
                std::string{"the compute type "}
                    .append(compute_type_name(placement.type))
                    .append(on_gpu ? " does not run on GPUs: take float16, bfloat16 or float32"
                                   : " runs on GPUs only: take int8, bfloat16 or float32"));
  }
  return placement;
}

}  // namespace whisper
