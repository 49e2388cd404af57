// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

namespace whisper::testing {

/// The numbers of a NumPy file of float32 in C order; none if there is no such file.
[[nodiscard]] std::vector<float> read_npy(const std::filesystem::path& path);

}  // namespace whisper::testing
