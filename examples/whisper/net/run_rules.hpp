// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/error.hpp>

#include <cstddef>
#include <string>

namespace whisper {

/// @throws clams::Error internal naming the rule of decoder runs that does not hold.
inline void require_run(bool holds, const char* rule) {
  if (!holds) throw clams::Error(clams::ErrorCode::internal, std::string{"decoder run: "} + rule);
}

/// @throws clams::Error invalid_input if a text of so many tokens is longer than the context.
inline void require_context(std::size_t tokens, std::size_t context) {
  if (tokens <= context) return;
  throw clams::Error(clams::ErrorCode::invalid_input,
                     "the text is too long: the network reads " + std::to_string(context) +
                         " tokens at most, and " + std::to_string(tokens) + " were given");
}

}  // namespace whisper
