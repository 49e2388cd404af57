// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/checkpoint_formats.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <system_error>

namespace clams::detail {

[[nodiscard]] CLAMS_INLINE std::uint64_t regular_file_size(const std::filesystem::path& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Error{ErrorCode::not_found, "the model file " + path.string() + " does not exist"};
  }
  // Opening a pipe would hang.
  if (!std::filesystem::is_regular_file(status)) {
    throw Error{ErrorCode::io, "the model file " + path.string() + " is not a regular file"};
  }
  const auto size = std::filesystem::file_size(path, problem);
  if (problem) throw Error{ErrorCode::io, "stat " + path.string() + ": " + problem.message()};
  return size;
}

CLAMS_INLINE ModelFile::ModelFile(const std::filesystem::path& path)
    : path_(path), size_(regular_file_size(path)), stream_(path, std::ios::binary) {
  if (!stream_) throw Error{ErrorCode::io, "the model file " + path.string() + " cannot be opened"};
}

CLAMS_INLINE std::string ModelFile::read(std::uint64_t offset, std::uint64_t count) {
  if (offset > size_ || count > size_ - offset) refuse_header("the file is cut short");
  std::string bytes(static_cast<std::size_t>(count), '\0');
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(offset));
  stream_.read(bytes.data(), static_cast<std::streamsize>(count));
  if (!stream_) throw Error{ErrorCode::io, "the model file " + path_.string() + " cannot be read"};
  return bytes;
}

CLAMS_INLINE std::uint64_t little_endian(std::string_view bytes, std::size_t offset,
                                         std::size_t width) {
  if (offset > bytes.size() || width > bytes.size() - offset) {
    refuse_header("the header is cut short");
  }
  std::uint64_t number = 0;
  for (std::size_t i = width; i-- > 0;) {
    number = (number << 8U) | static_cast<unsigned char>(bytes[offset + i]);
  }
  return number;
}

[[noreturn]] CLAMS_INLINE void refuse_header(const std::string& why) {
  throw Error{ErrorCode::invalid_input, why};
}

}  // namespace clams::detail
