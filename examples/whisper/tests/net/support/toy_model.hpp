// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "model/model_file.hpp"

#include <string>
#include <vector>

namespace whisper::testing {

/// A network small enough to be computed with plain loops, its weights drawn at random.
[[nodiscard]] const ModelFile& toy_model();

/// One of its tensors.
[[nodiscard]] std::vector<float> toy_weights(const std::string& name);

/// A spectrogram for it, another for each seed.
[[nodiscard]] MelWindow toy_window(unsigned seed);

}  // namespace whisper::testing
