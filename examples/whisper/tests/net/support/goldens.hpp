// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "model/model_file.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace whisper::testing {

/// What openai-whisper made of 11 seconds of speech with tiny.en.
[[nodiscard]] std::vector<float> golden(const std::string& name);

/// Whether both the weights and the recordings' goldens are there.
[[nodiscard]] bool goldens_exist();

/// tiny.en.
[[nodiscard]] const ModelFile& tiny_model();

/// The spectrogram of those seconds, with zeros after them.
[[nodiscard]] MelWindow golden_window();

/// The largest difference.
[[nodiscard]] float distance(std::span<const float> left, std::span<const float> right);

/// The same of scores that could matter, in rows of a whole vocabulary each: others may be rough
/// (token_scores_test).
[[nodiscard]] float distance_near_best(std::span<const float> found,
                                       std::span<const float> expected, std::size_t vocabulary);

/// The index of the largest number.
[[nodiscard]] int best_of(std::span<const float> scores);

/// The most probable text after the prompt, until `end` or so many tokens.
[[nodiscard]] std::vector<int> greedy_text(const Network& network,
                                           std::shared_ptr<const AudioFeatures> features,
                                           const std::vector<int>& prompt, int end,
                                           std::size_t tokens);

}  // namespace whisper::testing
