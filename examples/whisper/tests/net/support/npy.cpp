// SPDX-License-Identifier: Apache-2.0
#include "net/support/npy.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace whisper::testing {

std::vector<float> read_npy(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  const auto header_end = bytes.find('\n');  // of version 1: the header is one line
  if (header_end == std::string::npos) return {};
  std::vector<float> numbers((bytes.size() - header_end - 1) / sizeof(float));
  std::memcpy(numbers.data(), bytes.data() + header_end + 1, numbers.size() * sizeof(float));
  return numbers;
}

}  // namespace whisper::testing
