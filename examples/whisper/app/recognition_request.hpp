// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/speech_to_text.hpp"
#include <clams/params/parameters.hpp>

#include <string>

namespace whisper {

/// What one request asks for, taken from its parameters.
struct RecognitionRequest {
  std::string model = {};         ///< as asked for: a name or an alias
  std::string compute_type = {};  ///< as asked for: may be `auto`
  std::string language = {};      ///< as asked for: a code with or without region; empty: detect
  RecognizeOptions options = {};
};

/// Reads the parameters that WhisperApp declares.
/// @throws clams::Error invalid_parameter naming the parameter, its value and what would be right.
[[nodiscard]] RecognitionRequest read_recognition_request(const clams::Parameters& parameters);

}  // namespace whisper
