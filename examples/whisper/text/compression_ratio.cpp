// SPDX-License-Identifier: Apache-2.0
#include "text/compression_ratio.hpp"

#include <clams/util/error.hpp>

#include <string>
#include <vector>
#include <zlib.h>

namespace whisper {

double compression_ratio(std::string_view text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::vector<Bytef> compressed(size);
  const std::string bytes(text);
  const int result =
      compress(compressed.data(), &size, reinterpret_cast<const Bytef*>(bytes.data()),
               static_cast<uLong>(bytes.size()));
  if (result != Z_OK) {
    throw clams::Error(
        clams::ErrorCode::internal,
        "zlib could not compress " + std::to_string(text.size()) + " bytes: " + zError(result));
  }
  return static_cast<double>(text.size()) / static_cast<double>(size);
}

}  // namespace whisper
