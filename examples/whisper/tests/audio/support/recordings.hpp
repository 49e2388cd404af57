// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace whisper::testing {

/// A recording of the corpus; it may be missing.
[[nodiscard]] std::filesystem::path recording(const std::string& name);

/// What another program made of one; it may be missing.
[[nodiscard]] std::filesystem::path golden(const std::string& name);

/// The numbers of a NumPy file of float32 or float16.
[[nodiscard]] std::vector<float> read_npy(const std::filesystem::path& path);

/// All that the reader gives, asked for in pieces of `step`.
[[nodiscard]] std::vector<float> read_all(AudioReader& reader, std::size_t step = 4096);

/// Writes a file, without waiting for the disk.
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

/// The largest difference of two numbers at one place; infinite for vectors of unequal lengths.
[[nodiscard]] double largest_difference(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace whisper::testing
