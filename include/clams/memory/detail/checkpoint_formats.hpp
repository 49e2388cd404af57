// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace clams::detail {

/// Parts of a large file. What is asked for beyond its end is Error invalid_input: the file is cut
/// short, or lies about itself.
class ModelFile {
 public:
  /// @throws Error not_found, or io for what is not a readable regular file.
  explicit ModelFile(const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t count);

 private:
  std::filesystem::path path_;
  std::uint64_t size_;
  std::ifstream stream_;
};

/// The little-endian number of `width` bytes at `offset`.
/// @throws Error invalid_input beyond the end of `bytes`.
[[nodiscard]] std::uint64_t little_endian(std::string_view bytes, std::size_t offset,
                                          std::size_t width);

/// Throws Error invalid_input, which the caller answers by falling back to the file's size.
[[noreturn]] void refuse_header(const std::string& why);

/// The bytes of all tensors, as `compute_type` loads them.
[[nodiscard]] std::uint64_t safetensors_bytes(ModelFile& file, std::string_view compute_type);

/// The bytes of all tensors of PyTorch's zip format.
[[nodiscard]] std::uint64_t torch_archive_bytes(ModelFile& file);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/checkpoint_formats.ipp>
#include <clams/memory/impl/safetensors_size.ipp>
#include <clams/memory/impl/torch_archive_size.ipp>
#endif
