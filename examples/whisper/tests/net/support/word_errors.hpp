// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcriber.hpp"
#include "net/torch_network.hpp"

#include <string>
#include <vector>

namespace whisper::testing {

/// What of some texts is wrong.
struct WordErrors {
  std::size_t errors = 0;
  std::size_t words = 0;

  [[nodiscard]] double percent() const {
    return 100 * static_cast<double>(errors) / static_cast<double>(words);
  }
};

/// The English recordings that come with what is said in them, each speech once.
[[nodiscard]] const std::vector<std::string>& english_recordings();

/// How many words of these English recordings tiny.en gets wrong, all together.
[[nodiscard]] WordErrors word_errors(const std::vector<std::string>& files, ComputeType type,
                                     TranscribeOptions options = {.beam_size = 5});

}  // namespace whisper::testing
