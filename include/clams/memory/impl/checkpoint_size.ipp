// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/checkpoint_size.hpp>
#include <clams/memory/detail/checkpoint_formats.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/json_reader.hpp>

#include <array>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

namespace clams {

namespace detail {

using ModelPath = std::filesystem::path;

inline constexpr std::string_view kShardIndexName = "model.safetensors.index.json";
inline constexpr std::string_view kZipStart = "PK\x03\x04";

/// How files of one format are called.
struct ModelFileName {
  std::string_view start;
  std::string_view end;
};

/// The first that a folder has is counted, the others hold the same weights once more.
inline constexpr std::array kModelFileNames{
    ModelFileName{"", ".safetensors"},   ModelFileName{"pytorch_model", ".bin"},
    ModelFileName{"model", "model.bin"}, ModelFileName{"", ".pt"},
    ModelFileName{"", ".pth"},           ModelFileName{"", ".ckpt"},
    ModelFileName{"", ".gguf"},          ModelFileName{"", ".bin"},
};

/// What the header says, or nothing for a format without a header that helps.
[[nodiscard]] CLAMS_INLINE std::optional<std::uint64_t> header_bytes(
    ModelFile& file, const ModelPath& path, std::string_view compute_type) {
  if (path.extension() == ".safetensors") return safetensors_bytes(file, compute_type);
  const bool is_zip =
      file.size() >= kZipStart.size() && file.read(0, kZipStart.size()) == kZipStart;
  if (is_zip) return torch_archive_bytes(file);
  return std::nullopt;
}

[[nodiscard]] CLAMS_INLINE CheckpointSize checkpoint_answer(std::uint64_t bytes,
                                                            const ModelPath& path,
                                                            const std::string& how) {
  return {Bytes{static_cast<std::int64_t>(bytes)}, path.filename().string() + " (" + how + ")"};
}

[[nodiscard]] CLAMS_INLINE CheckpointSize file_size_of(const ModelPath& path,
                                                       std::string_view compute_type) {
  ModelFile file{path};
  try {
    const auto bytes = header_bytes(file, path, compute_type);
    if (bytes) return checkpoint_answer(*bytes, path, "tensors");
    return checkpoint_answer(file.size(), path, "file size");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) throw;
    return checkpoint_answer(file.size(), path, "file size, because " + std::string{error.what()});
  }
}

/// The files that an index of shards names.
/// @throws Error invalid_input if it is not such an index, or names a file elsewhere.
[[nodiscard]] CLAMS_INLINE std::set<ModelPath> shards_in(const ModelPath& index) {
  if (ModelFile{index}.size() > (64U << 20U)) refuse_header("it is larger than 64 MiB");
  const std::string text = read_file(index);
  std::set<ModelPath> shards;
  JsonReader reader{text};
  reader.read_object([&](std::string_view key) {
    if (key != "weight_map") {
      reader.skip_value();
      return;
    }
    reader.read_object([&](std::string_view) {
      const std::string name = reader.read_string();
      if (name.empty() || name == ".." ||
          name.find_first_of(std::string_view{"/\0", 2}) != std::string::npos) {
        refuse_header("it names a file outside its folder");
      }
      shards.insert(index.parent_path() / name);
    });
  });
  if (shards.empty()) refuse_header("it names no files");
  return shards;
}

[[nodiscard]] CLAMS_INLINE std::set<ModelPath> files_named(const std::set<ModelPath>& files,
                                                           const ModelFileName& pattern) {
  std::set<ModelPath> matching;
  for (const ModelPath& file : files) {
    const std::string name = file.filename().string();
    if (name.starts_with(pattern.start) && name.ends_with(pattern.end)) matching.insert(file);
  }
  return matching;
}

[[nodiscard]] CLAMS_INLINE std::set<ModelPath> regular_files_in(const ModelPath& folder) {
  std::error_code problem;
  std::set<ModelPath> files;  // sorted, so that the answer is the same every time
  std::filesystem::directory_iterator entry{folder, problem};
  for (; !problem && entry != std::filesystem::directory_iterator{}; entry.increment(problem)) {
    std::error_code unreadable;  // a dangling link is not a model file
    if (entry->is_regular_file(unreadable)) files.insert(entry->path());
  }
  if (problem) throw Error{ErrorCode::io, "read " + folder.string() + ": " + problem.message()};
  return files;
}

[[nodiscard]] CLAMS_INLINE CheckpointSize sum_of_files(const std::set<ModelPath>& files,
                                                       std::string_view compute_type) {
  constexpr std::size_t kNamedFiles = 3;
  CheckpointSize sum;
  std::size_t count = 0;
  for (const ModelPath& file : files) {
    const CheckpointSize one = file_size_of(file, compute_type);
    sum.bytes += one.bytes;
    if (count++ < kNamedFiles) sum.how += (sum.how.empty() ? "" : ", ") + one.how;
  }
  if (count > kNamedFiles) sum.how += " and " + std::to_string(count - kNamedFiles) + " more";
  return sum;
}

[[nodiscard]] CLAMS_INLINE CheckpointSize folder_size(const ModelPath& folder,
                                                      std::string_view compute_type) {
  const std::set<ModelPath> files = regular_files_in(folder);
  const ModelPath index = folder / kShardIndexName;
  std::string remark;
  if (files.contains(index)) {
    try {
      return sum_of_files(shards_in(index), compute_type);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::invalid_input) throw;
      remark = "; " + std::string{kShardIndexName} + " ignored: " + error.what();
    }
  }
  for (const ModelFileName& pattern : kModelFileNames) {
    const std::set<ModelPath> matching = files_named(files, pattern);
    if (matching.empty()) continue;
    CheckpointSize sum = sum_of_files(matching, compute_type);
    sum.how += remark;
    return sum;
  }
  throw Error{ErrorCode::not_found, "the folder " + folder.string() +
                                        " holds no model file; known are .safetensors, .pt, .pth, "
                                        ".ckpt, .gguf and .bin"};
}

}  // namespace detail

CLAMS_INLINE CheckpointSize checkpoint_size(const std::filesystem::path& path,
                                            std::string_view compute_type) {
  std::error_code problem;
  return std::filesystem::is_directory(path, problem) ? detail::folder_size(path, compute_type)
                                                      : detail::file_size_of(path, compute_type);
}

}  // namespace clams
