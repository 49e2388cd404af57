// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clams {

/// Whether no later call of this process can use the device after this CUDA error: the error is of
/// the kind that stays until the process is restarted.
[[nodiscard]] bool is_sticky_cuda_error(int code) noexcept;

/// To be called while an exception is handled; returns if the exception is none of those below.
/// @throws DeviceOutOfMemory for libtorch's out-of-memory error, with device and size if this
///   thread made the allocation.
/// @throws Error internal for an error after which the process must be restarted, saying so.
void translate_torch_exception();

}  // namespace clams
