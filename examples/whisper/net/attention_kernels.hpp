// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/attention_tiles.hpp"

namespace whisper {

// Each where it is compiled; nothing where the processor has no such instructions.
[[nodiscard]] const AttentionTiles* bfloat16_attention();
[[nodiscard]] const AttentionTiles* widened_attention();
[[nodiscard]] const AttentionTiles* int8_attention();

}  // namespace whisper
