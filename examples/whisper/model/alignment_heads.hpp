// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include <clams/util/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// The alignment heads that a config.json (CTranslate2) or generation_config.json (Hugging Face)
/// tells: `"alignment_heads": [[layer, head], ...]`. Empty if it tells none.
/// @throws clams::Error invalid_input naming the file for pairs that the network does not have.
[[nodiscard]] std::vector<AlignmentHead> read_alignment_heads(const clams::Json& config,
                                                              const Dimensions& dimensions,
                                                              std::string_view file);

/// The alignment heads of OpenAI's own models, told apart by their dimensions; large-v1 and
/// large-v2, which have the same, by `name`: it is large-v2 unless that says v1. Empty for others.
[[nodiscard]] std::vector<AlignmentHead> known_alignment_heads(const Dimensions& dimensions,
                                                               std::string_view name);

}  // namespace whisper
