// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/content_coding.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <limits>
#include <utility>
#include <zlib.h>

namespace clams::detail {

// What people write shrinks to a tenth; what shrinks to a hundredth was made to.
inline constexpr std::size_t kMostGrowth = 100;
// Small ones may well shrink more.
inline constexpr std::size_t kAlwaysGranted = std::size_t{1} << 20U;
inline constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip's frame

CLAMS_INLINE bool is_gzip(std::string_view coding) noexcept {
  return coding == "gzip" || coding == "x-gzip";
}

/// zlib's state.
///
/// Ownership: owns what zlib allocates.
/// Threads: confined.
/// Errors: the constructor throws Error internal if zlib is another than was compiled for.
class Inflation {
 public:
  Inflation() {
    if (::inflateInit2(&stream, kGzipWindow) != Z_OK) {
      throw Error{ErrorCode::internal, "zlib cannot be used"};
    }
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;
  Inflation(Inflation&&) = delete;
  Inflation& operator=(Inflation&&) = delete;
  ~Inflation() { ::inflateEnd(&stream); }

  z_stream stream{};
};

CLAMS_INLINE Unpacked unpack_gzip(std::string_view packed, std::size_t most, std::string& text) {
  constexpr std::size_t kPiece = std::size_t{1} << 16U;
  Inflation inflation;
  z_stream& stream = inflation.stream;
  std::string copy;  // zlib takes pieces of at most 4 GiB, and no constant ones
  std::string piece(kPiece, '\0');
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      copy = packed.substr(0, kPiece);
      packed.remove_prefix(copy.size());
      if (copy.empty()) return Unpacked::broken;  // it is cut short
      stream.next_in = reinterpret_cast<Bytef*>(copy.data());
      stream.avail_in = static_cast<uInt>(copy.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = ::inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return Unpacked::broken;
    const std::size_t got = piece.size() - stream.avail_out;
    if (got > most - text.size()) return Unpacked::too_large;
    text.append(piece, 0, got);
  }
  return packed.empty() && stream.avail_in == 0 ? Unpacked::whole : Unpacked::broken;
}

/// Whether it begins as packed data does: gzip, zstd, xz, bzip2.
CLAMS_INLINE bool looks_packed(std::string_view body) noexcept {
  return body.starts_with("\x1f\x8b") || body.starts_with("\x28\xb5\x2f\xfd") ||
         body.starts_with(
             "\xfd"
             "7zXZ") ||
         body.starts_with("BZh");
}

/// What cannot be read is invalid input, which clients of clams-python know as 500; a limit is told
/// as one.
CLAMS_INLINE http::Response coding_refusal(int status, std::string_view why,
                                           http::ErrorStyle style) {
  if (style == http::ErrorStyle::problem) return http::problem_response(status, why);
  if (status == 413) return http::message_response(status, why);
  return http::error_response(Error{ErrorCode::invalid_input, std::string{why}}, style);
}

CLAMS_INLINE std::optional<http::Response> undo_coding(std::string& body, std::string_view coding,
                                                       const http::ServiceOptions& options) {
  const http::ErrorStyle style = options.error_style;
  if (coding.empty() || coding == "identity" || !looks_packed(body)) return std::nullopt;
  if (!options.accept_gzip || !is_gzip(coding)) {
    return coding_refusal(415, "Compressed bodies are not taken; send the body as it is.", style);
  }
  const auto limit = static_cast<std::size_t>(options.max_body.count());
  const std::size_t growth = body.size() > limit / kMostGrowth ? limit : body.size() * kMostGrowth;
  std::string text;
  switch (unpack_gzip(body, std::min(limit, std::max(growth, kAlwaysGranted)), text)) {
    case Unpacked::whole: break;
    case Unpacked::broken: return coding_refusal(400, "The body is no gzip data.", style);
    case Unpacked::too_large:
      return coding_refusal(413, "The body is too large when it is unpacked.", style);
  }
  body = std::move(text);
  return std::nullopt;
}

}  // namespace clams::detail
