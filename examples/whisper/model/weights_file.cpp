// SPDX-License-Identifier: Apache-2.0
#include "model/weights_file.hpp"

#include "model/byte_reader.hpp"
#include "model/cache_folders.hpp"
#include "model/ct2_file.hpp"
#include "model/format_error.hpp"
#include "model/ggml_file.hpp"
#include "model/safetensors_file.hpp"
#include "model/zip_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <vector>

namespace whisper {

namespace fs = std::filesystem;

namespace {

/// What people take for a model now and then, and what to say to them.
struct Mistake {
  std::string_view begins_with;
  std::string_view advice;
};

constexpr std::array kMistakes{
    Mistake{"version https://git-lfs",
            "a Git LFS pointer and not the model itself: run `git lfs pull`"},
    Mistake{"GGUF", "a GGUF file, but whisper.cpp's models begin with the letters lmgg"},
    Mistake{"\x80\x02", "a PyTorch checkpoint from before version 1.6: load and save it anew"},
    Mistake{"<!DOCTYPE", "a web page: the download went wrong"},
    Mistake{"<html", "a web page: the download went wrong"},
    Mistake{"{", "JSON and not weights: give the folder that it is in"},
};

fs::path weights_in(const fs::path& folder) {
  for (const auto* name : {"model.bin", "model.safetensors", "model.safetensors.index.json"}) {
    if (is_file(folder / name)) return folder / name;
  }
  std::vector<fs::path> candidates = entries_of(folder);
  std::erase_if(candidates, [](const fs::path& path) {
    const auto extension = path.extension();
    return !is_file(path) ||
           (extension != ".pt" && extension != ".bin" && extension != ".safetensors");
  });
  if (candidates.size() == 1) return candidates.front();
  throw clams::Error{
      clams::ErrorCode::not_found,
      fmt::format("{}: {}; give a folder with model.bin or model.safetensors, or the file itself",
                  folder.string(),
                  candidates.empty() ? "there is no model in this folder"
                                     : "there are several models in this folder")};
}

}  // namespace

fs::path find_weights(const fs::path& path) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (!fs::exists(status)) {
    throw clams::Error{clams::ErrorCode::not_found,
                       path.string() + ": there is no such file or folder"};
  }
  if (fs::is_directory(status)) return weights_in(path);
  const bool is_shard =
      path.extension() == ".safetensors" && path.filename() != "model.safetensors";
  const fs::path index = path.parent_path() / "model.safetensors.index.json";
  return is_shard && is_file(index) ? index : path;
}

ModelFormat detect_format(std::span<const std::byte> bytes, const std::string& file) {
  if (bytes.empty()) throw format_error(file, "the file is empty");
  if (looks_like_ct2(bytes)) return ModelFormat::ctranslate2;
  if (looks_like_ggml(bytes)) return ModelFormat::ggml;
  if (looks_like_zip(bytes)) return ModelFormat::openai_checkpoint;
  if (looks_like_safetensors(bytes)) return ModelFormat::hugging_face;
  for (const auto& [beginning, advice] : kMistakes) {
    if (as_text(bytes).starts_with(beginning)) throw format_error(file, advice);
  }
  throw format_error(file,
                     "no model of a kind that is read: CTranslate2, safetensors, OpenAI's "
                     "checkpoints, whisper.cpp");
}

}  // namespace whisper
