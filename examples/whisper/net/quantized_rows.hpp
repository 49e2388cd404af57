// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

namespace whisper {

/// A matrix in int8: row r is `numbers[r] * scales[r]`.
///
/// Ownership: owns its tensors.
/// Threads: immutable once made.
/// Errors: what libtorch throws.
struct QuantizedRows {
  at::Tensor numbers = {};  ///< int8 [rows, columns]
  at::Tensor scales = {};   ///< float32 [rows]

  QuantizedRows() = default;
  QuantizedRows(std::int64_t rows, std::int64_t columns);

  /// Quantises these float32 rows into those from `first`.
  void put(std::int64_t first, const at::Tensor& rows);
};

}  // namespace whisper
