// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>
#include <clams/util/error.hpp>

#include <string>

namespace clams {

/// An allocation failed although the request was admitted: somebody outside took the memory, or the
/// request needs more than was believed. An error of its own because the runner answers it by
/// freeing what is idle and trying once more.
///
/// Ownership: owns its message.
/// Threads: immutable.
/// Errors: none.
class DeviceOutOfMemory : public Error {
 public:
  /// @param device index, as CUDA counts in this process; -1 if it is not known.
  /// @param asked the allocation that failed; zero if it is not known.
  DeviceOutOfMemory(int device, Bytes asked, const std::string& message)
      : Error(ErrorCode::unavailable, message), device_(device), asked_(asked) {}

  [[nodiscard]] int device() const noexcept { return device_; }
  [[nodiscard]] Bytes asked() const noexcept { return asked_; }

 private:
  int device_;
  Bytes asked_;
};

}  // namespace clams
