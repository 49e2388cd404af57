// SPDX-License-Identifier: Apache-2.0
#include "model/byte_reader.hpp"

#include "model/format_error.hpp"

#include <fmt/format.h>

namespace whisper {

std::span<const std::byte> ByteReader::take(std::uint64_t count) {
  if (count > remaining()) {
    fail(fmt::format("the file is truncated or damaged: {} bytes wanted, {} left", count,
                     remaining()));
  }
  const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
  position_ += taken.size();
  return taken;
}

std::string_view ByteReader::text(std::uint64_t count) { return as_text(take(count)); }

std::string_view ByteReader::text_until(char end) {
  const auto rest = as_text(bytes_.subspan(position_));
  const auto length = rest.find(end);
  if (length == std::string_view::npos) fail("the file is truncated or damaged: a text never ends");
  position_ += length + 1;
  return rest.substr(0, length);
}

void ByteReader::seek(std::uint64_t position) {
  if (position > bytes_.size()) {
    fail(fmt::format("the file is truncated or damaged: it refers to byte {} of {}", position,
                     bytes_.size()));
  }
  position_ = static_cast<std::size_t>(position);
}

void ByteReader::fail(std::string_view what) const {
  throw format_error(file_, fmt::format("{}, at byte {}", what, position_));
}

}  // namespace whisper
