// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/stored_tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// A tensor as PyTorch describes it: some numbers of a storage, at any distances.
struct StridedTensor {
  Element element = Element::float32;
  std::span<const std::byte> storage = {};
  std::int64_t offset = 0;  ///< in numbers, as the strides are
  std::vector<std::int64_t> shape = {};
  std::vector<std::int64_t> strides = {};
};

/// Tensors laid out row by row. Those that lie so already, which is nearly all, are not copied.
///
/// Ownership: owns the copies; tensors that it returns point to them or into their storage.
/// Threads: confined while tensors are added, immutable afterwards.
/// Errors: clams::Error invalid_input naming the file and the tensor for a tensor that is not
///   within its storage, and for copies larger than the file in all.
class RowCopies {
 public:
  RowCopies(std::string file, std::size_t file_size) : file_(std::move(file)), room_(file_size) {}

  [[nodiscard]] StoredTensor by_rows(const StridedTensor& tensor, std::string_view name);

 private:
  [[nodiscard]] std::span<const std::byte> copy(const StridedTensor& tensor,
                                                std::size_t element_size, std::size_t count);

  std::string file_;
  std::size_t room_;  // so many bytes may still be copied
  std::deque<std::vector<std::byte>> copies_;
};

}  // namespace whisper
