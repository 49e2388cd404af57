// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_out_of_memory.hpp>
#include <clams/torch/impl/last_failure.hpp>
#include <clams/torch/torch_errors.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <c10/util/Exception.h>
#include <string>

namespace clams {

namespace detail {

/// cudaErrorMemoryAllocation: from a library that allocates beside libtorch's allocator.
inline constexpr int kCudaMemoryAllocation = 2;

/// Of cudaError_t: those that leave the device's context unusable, by number because libtorch's
/// headers are there without CUDA's, too.
inline constexpr std::array kStickyCudaErrors{
    4,    // the driver is shutting down
    46,   // the devices are unavailable
    214,  // uncorrectable memory error
    700,  // illegal address
    702,  // launch timed out
    709,  // the context is destroyed
    710,  // a device assertion
    714,  // hardware stack error
    715,  // illegal instruction
    716,  // misaligned address
    717,  // invalid address space
    718,  // invalid program counter
    719,  // launch failure
    721,  // contained launch failure
    999   // unknown
};

[[noreturn]] CLAMS_INLINE void throw_device_out_of_memory() {
  const auto failure = take_last_torch_failure();
  const std::string where =
      failure.device < 0 ? "a device" : "device " + std::to_string(failure.device);
  const std::string what =
      failure.asked > Bytes{} ? " for " + to_text(failure.asked) + " more" : std::string{};
  throw DeviceOutOfMemory{failure.device, failure.asked,
                          "libtorch: " + where + " has no room" + what};
}

}  // namespace detail

CLAMS_INLINE bool is_sticky_cuda_error(int code) noexcept {
  return std::find(detail::kStickyCudaErrors.begin(), detail::kStickyCudaErrors.end(), code) !=
         detail::kStickyCudaErrors.end();
}

CLAMS_INLINE void translate_torch_exception() {
  try {
    throw;
  } catch (const c10::OutOfMemoryError&) {
    detail::throw_device_out_of_memory();
  } catch (const c10::AcceleratorError& error) {
    const int code = error.get_error_code();
    if (code == detail::kCudaMemoryAllocation) detail::throw_device_out_of_memory();
    if (!is_sticky_cuda_error(code)) return;
    throw Error{ErrorCode::internal, "libtorch: CUDA error " + std::to_string(code) + ", " +
                                         error.what_without_backtrace() +
                                         "; no later request can use the device: restart this "
                                         "process"};
  } catch (const c10::Error&) {
    // The processor's allocator has no error type of its own.
    if (detail::last_torch_failure().on_processor) detail::throw_device_out_of_memory();
  } catch (...) {
    return;  // not libtorch's
  }
}

}  // namespace clams
