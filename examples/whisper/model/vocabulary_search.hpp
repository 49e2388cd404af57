// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/model_finder.hpp"
#include "model/vocabulary.hpp"
#include <clams/util/error.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace whisper {

/// There are weights, but nothing that says which text their tokens stand for.
///
/// Ownership: owns its texts.
/// Threads: immutable.
/// Errors: none.
class NoVocabulary : public clams::Error {
 public:
  NoVocabulary(std::filesystem::path weights, const std::string& message)
      : Error(clams::ErrorCode::not_found, message), weights_(std::move(weights)) {}

  [[nodiscard]] const std::filesystem::path& weights() const noexcept { return weights_; }

 private:
  std::filesystem::path weights_;
};

/// The vocabulary for weights that do not have it in them: from the folder of the weights, else
/// from the file or folder that `search` or WHISPER_VOCABULARY names, else from any other model
/// that is at hand, beside the weights first, since all models of a kind (English, multilingual)
/// have the same.
/// @throws NoVocabulary saying where it looked and how to get one; clams::Error invalid_input
///   naming the file if the one next to the weights or in WHISPER_VOCABULARY cannot be used.
[[nodiscard]] Vocabulary find_vocabulary(const std::filesystem::path& weights,
                                         const Dimensions& dimensions, const ModelSearch& search);

}  // namespace whisper
