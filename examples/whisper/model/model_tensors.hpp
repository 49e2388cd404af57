// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/stored_tensor.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// A tensor that a network needs, by OpenAI's name.
struct TensorSpec {
  std::string name = {};
  std::vector<std::int64_t> shape = {};
};

using TensorMap = std::map<std::string, StoredTensor, std::less<>>;

/// What one format's reader makes of a model's weights.
///
/// Ownership: the tensors point into the bytes that were read, or into `copies`.
/// Threads: immutable.
/// Errors: none.
struct ModelWeights {
  Dimensions dimensions = {};
  TensorMap tensors = {};
  std::vector<std::string> tokens = {};     ///< the vocabulary, where the file has it
  std::shared_ptr<const void> copies = {};  ///< tensors that had to be laid out anew
};

/// Every tensor that a network of these dimensions has. The output layer is the token embedding.
[[nodiscard]] std::vector<TensorSpec> model_tensors(const Dimensions& dimensions);

/// @throws clams::Error invalid_input naming the file and the number that no Whisper network has.
void check_dimensions(const Dimensions& dimensions, std::string_view file);

/// @throws clams::Error invalid_input naming the file and the tensor which is missing, has another
///   shape than the dimensions ask for, or fewer or more bytes than its shape.
void check_tensors(const ModelWeights& weights, std::string_view file);

/// How many numbers a tensor of this shape has; none if that is more than any model's, or negative.
[[nodiscard]] std::optional<std::uint64_t> count_numbers(const std::vector<std::int64_t>& shape);

/// `[384, 80, 3]`: for messages.
[[nodiscard]] std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace whisper
