// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"
#include <clams/util/json.hpp>

#include <string>
#include <string_view>

namespace whisper {

/// The dimensions that a Hugging Face config.json tells.
/// @throws clams::Error invalid_input naming `file` if a number is missing.
[[nodiscard]] Dimensions read_hugging_face_config(const clams::Json& config,
                                                  const std::string& file);

/// Picks a network's tensors out of those of a Hugging Face model and gives them OpenAI's names.
/// @throws clams::Error invalid_input naming `file` and the tensor that is missing or of another
///   shape.
[[nodiscard]] ModelWeights make_hugging_face_weights(const TensorMap& stored,
                                                     const Dimensions& dimensions,
                                                     const std::string& file);

/// Hugging Face's name of a tensor of model_tensors().
[[nodiscard]] std::string hugging_face_name(std::string_view openai_name);

}  // namespace whisper
