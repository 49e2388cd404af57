// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/tokenizer.hpp"

#include <string>

namespace whisper::testing {

/// Whether the model is there to be tested with.
[[nodiscard]] bool has_model(const std::string& name);

/// The tokenizer of a model, read once. @pre has_model(name)
[[nodiscard]] const Tokenizer& tokenizer_of(const std::string& name);

/// A vocabulary that needs no model: the 256 bytes, then `merged`, then fillers up to `size`.
[[nodiscard]] Vocabulary made_up_vocabulary(const std::vector<std::string>& merged,
                                            std::size_t size);

}  // namespace whisper::testing
