// SPDX-License-Identifier: Apache-2.0
#include "decode/lone_windows.hpp"

#include "decode/window_decoder.hpp"

#include <utility>

namespace whisper {

LoneWindows::LoneWindows(const Network& network, const Tokenizer& tokenizer)
    : network_(network), tokenizer_(tokenizer) {}

std::vector<DecodedWindow> LoneWindows::decode(std::shared_ptr<const AudioFeatures> features,
                                               std::span<const DecodingOptions> options,
                                               const std::function<void()>& check_stop) {
  return WindowDecoder{network_, tokenizer_, check_stop}.decode(std::move(features), options);
}

}  // namespace whisper
