// SPDX-License-Identifier: Apache-2.0
#include "net/placement.hpp"

#include "net/layer_tiles.hpp"
#include "net/processor.hpp"
#include <clams/util/error.hpp>

#include <ATen/Context.h>
#include <algorithm>
#include <initializer_list>
#include <string>

namespace whisper {
namespace {

using clams::Error;
using clams::ErrorCode;

c10::Device device_of(std::optional<int> gpu) {
  if (!gpu) return c10::kCPU;
  const int gpus = gpu_count();
  if (*gpu < 0 || *gpu >= gpus) {
    throw Error(ErrorCode::unavailable, "there is no GPU " + std::to_string(*gpu) +
                                            ": libtorch can use " + std::to_string(gpus));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(*gpu)};
}

Placement on_gpu(c10::Device device, ComputeType type) {
  switch (type) {
    case ComputeType::float32: return {device, {at::kFloat}, {at::kFloat}};
    case ComputeType::float16: return {device, {at::kHalf}, {at::kHalf}};
    case ComputeType::bfloat16: return {device, {at::kBFloat16}, {at::kBFloat16}};
    default: {
      // For room, not for speed.
      const Arithmetic int8{at::kHalf, Kernel::int8_storage};
      return {device, int8, int8};
    }
  }
}

// The first of these that the processor has kernels for.
std::optional<AttentionFormat> first_possible(std::initializer_list<AttentionFormat> formats) {
  const auto found = std::find_if(formats.begin(), formats.end(), [](AttentionFormat format) {
    return attention_tiles(format) != nullptr;
  });
  return found != formats.end() ? std::optional{*found} : std::nullopt;
}

// A single row is bound by the memory that its weights are read from, and not by arithmetic: so the
// decoder's numbers flow in float32, and only its weights are smaller.
Placement on_processor(ComputeType type) {
  const Arithmetic float32{at::kFloat};
  const bool tiles = layer_tiles(TileFormat::int8) != nullptr;
  const Arithmetic bfloat16{at::kFloat, Kernel::bfloat16,
                            tiles ? std::optional{Kernel::int8_sequences} : std::nullopt,
                            first_possible({AttentionFormat::bfloat16, AttentionFormat::widened})};
  const Arithmetic half{at::kFloat, Kernel::half_weights};
  if (type == ComputeType::float32) return {c10::kCPU, float32, float32};
  if (!has_packed_kernels()) {
    throw Error(ErrorCode::unavailable,
                std::string{"the compute type "}
                    .append(compute_type_name(type))
                    .append(" does not run on this processor: take float32"));
  }
  if (type == ComputeType::float16) return {c10::kCPU, half, half};
  if (type == ComputeType::bfloat16) return {c10::kCPU, bfloat16, half};
  // Not the whole encoder in int8: what all else follows from would be 4 % off, and text be lost.
  auto encoder = has_fast_16_bits() ? bfloat16 : half;
  if (encoder.attention) {
    encoder.attention = first_possible(
        {AttentionFormat::int8, AttentionFormat::bfloat16, AttentionFormat::widened});
  }
  return {c10::kCPU, encoder, {at::kFloat, Kernel::int8_steps}};
}

}  // namespace

int gpu_count() {
  return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

Placement placement_of(const NetworkOptions& options) {
  const auto device = device_of(options.gpu);
  return device.is_cpu() ? on_processor(options.compute_type)
                         : on_gpu(device, options.compute_type);
}

}  // namespace whisper
