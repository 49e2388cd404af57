// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "net/decoder.hpp"
#include "net/features.hpp"

namespace whisper {

/// Network::cross_attention, with this decoder. Called within a DeviceScope.
[[nodiscard]] CrossAttention align(const Decoder& decoder, const Dimensions& dimensions,
                                   const TorchFeatures& features,
                                   const AlignmentQuestion& question);

}  // namespace whisper
