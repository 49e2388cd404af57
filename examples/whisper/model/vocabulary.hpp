// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace whisper {

/// The byte strings of the ordinary tokens, in the order of their ids, which is the order in which
/// byte pairs merge. Special tokens and timestamps are not among them: they follow from the
/// dimensions.
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none.
struct Vocabulary {
  std::vector<std::string> tokens = {};  ///< 50256 (English) or 50257; one may be empty
};

}  // namespace whisper
