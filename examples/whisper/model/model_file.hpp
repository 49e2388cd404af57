// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/model_finder.hpp"
#include "model/stored_tensor.hpp"
#include "model/vocabulary.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// In which of the formats people have it.
enum class ModelFormat { ctranslate2, hugging_face, openai_checkpoint, ggml };

/// `CTranslate2`, `Hugging Face`, ...: for messages.
[[nodiscard]] std::string_view format_name(ModelFormat format) noexcept;

/// What the tensors of an opened model point into.
///
/// Ownership: owns it.
/// Threads: thread-safe.
/// Errors: none.
class ModelMemory {
 public:
  ModelMemory() = default;
  ModelMemory(const ModelMemory&) = delete;
  ModelMemory& operator=(const ModelMemory&) = delete;
  ModelMemory(ModelMemory&&) = delete;
  ModelMemory& operator=(ModelMemory&&) = delete;
  virtual ~ModelMemory() = default;

  /// All of it will be looked at soon.
  virtual void read_ahead() const noexcept = 0;
  /// Lets the system take the memory of these bytes, which it reads again if they are looked at.
  virtual void forget(std::span<const std::byte> bytes) const noexcept = 0;
};

/// A model on the disk, opened: what the network, the tokenizer and the alignment are made from.
/// Whatever the format, the tensors carry OpenAI's names (`encoder.blocks.0.attn.query.weight`).
///
/// Ownership: keeps its files mapped; tensors point into them.
/// Threads: immutable.
/// Errors: `open_model` as stated.
struct ModelFile {
  ModelFormat format = ModelFormat::ctranslate2;
  std::filesystem::path path = {};                  ///< as opened
  std::vector<std::filesystem::path> weights = {};  ///< the files that the tensors come from
  Dimensions dimensions = {};
  std::map<std::string, StoredTensor, std::less<>> tensors = {};
  Vocabulary vocabulary = {};
  std::vector<AlignmentHead> alignment_heads = {};  ///< empty: the file does not tell
  std::shared_ptr<const ModelMemory> memory = {};   ///< none: it is somebody else's

  /// All tensors will be read soon.
  void read_ahead() const noexcept {
    if (memory) memory->read_ahead();
  }

  /// What has been read of it need not stay in memory.
  void forget(const StoredTensor& tensor) const noexcept {
    if (memory) memory->forget(tensor.bytes);
  }

  /// @throws clams::Error invalid_input naming the file and the tensor if there is none.
  [[nodiscard]] const StoredTensor& tensor(std::string_view name) const;
};

/// Opens a model, telling the format by what is in it and not by its name: a CTranslate2 folder, a
/// Hugging Face folder, an OpenAI checkpoint, or a ggml file. Every tensor that its dimensions ask
/// for is there and has its shape. The files must not be written to while they are open.
/// @param search where to look for a vocabulary if the model has none with it
/// @throws clams::Error not_found if nothing is there, or no vocabulary; invalid_input for a file
///   that is truncated, damaged, hostile or of another kind, naming the file and what is wrong.
[[nodiscard]] ModelFile open_model(const std::filesystem::path& path,
                                   const ModelSearch& search = {});

}  // namespace whisper
