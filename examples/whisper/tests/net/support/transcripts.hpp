// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "decode/transcriber.hpp"
#include "net/torch_network.hpp"
#include <clams/util/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace whisper::testing {

/// Whether a model's weights, the recordings and what other recognisers made of them are there.
[[nodiscard]] bool can_transcribe_with(const std::string& model);

/// Transcribes one of the recordings with one of the models.
[[nodiscard]] Transcription transcribe_recording(const std::string& model, const std::string& file,
                                                 const TranscribeOptions& options,
                                                 Padding padding = Padding::openai,
                                                 ComputeType type = ComputeType::float32);

/// What openai-whisper was told: no fallback; English for tiny.en, else to detect the language.
[[nodiscard]] TranscribeOptions golden_options(const std::string& model);

/// What another recogniser made of a recording: `recogniser` is a folder of the goldens.
[[nodiscard]] clams::Json golden_transcript(const std::string& recogniser, const std::string& model,
                                            const std::string& file);

/// What is said in a recording.
[[nodiscard]] std::string reference_text(const std::string& file);

/// The recordings that a recogniser's goldens are of.
[[nodiscard]] std::vector<std::string> golden_files(const std::string& recogniser,
                                                    const std::string& model);

/// In what a transcript is different from openai-whisper's; empty if it is equal token for token,
/// with the same segments, and words within 20 ms.
[[nodiscard]] std::string difference(const Transcription& ours, const clams::Json& golden);

}  // namespace whisper::testing
