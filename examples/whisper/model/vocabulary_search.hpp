// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/model_finder.hpp"
#include "model/vocabulary.hpp"

#include <filesystem>

namespace whisper {

/// The vocabulary for weights that do not have it in them: from the folder of the weights, else
/// from the file or folder that WHISPER_VOCABULARY names, else from any other model that is at
/// hand, since all models of a kind (English, multilingual) have the same.
/// @throws clams::Error not_found saying where it looked and how to get one, invalid_input naming
///   the file if the one next to the weights or in WHISPER_VOCABULARY cannot be used.
[[nodiscard]] Vocabulary find_vocabulary(const std::filesystem::path& weights,
                                         const Dimensions& dimensions, const ModelSearch& search);

}  // namespace whisper
