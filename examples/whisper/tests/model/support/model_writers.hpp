// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/support/sample_model.hpp"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace whisper::testing {

/// Appends numbers and texts as they lie in files.
class Bytes {
 public:
  template <typename Number>
  Bytes& number(Number value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(Number));
    std::memcpy(bytes_.data() + at, &value, sizeof(Number));
    return *this;
  }
  Bytes& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// The bytes of a text, as the readers want them.
[[nodiscard]] inline std::span<const std::byte> view(std::string_view text) {
  return std::as_bytes(std::span{text});
}

[[nodiscard]] inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A variable of CTranslate2's format: `type` is its number there.
void add_ct2_variable(Bytes& out, std::string_view name, const std::vector<std::int64_t>& shape,
                      int type, std::string_view data);

/// How a model.bin is written.
enum class Ct2Weights { as_they_are, int8, int16 };

/// CTranslate2's model.bin, version 6.
[[nodiscard]] std::string write_ct2(const SampleModel& model,
                                    Ct2Weights weights = Ct2Weights::as_they_are);

/// CTranslate2's config.json.
[[nodiscard]] std::string write_ct2_config(const SampleModel& model);

/// A safetensors file of those tensors, named as they are.
[[nodiscard]] std::string write_safetensors(const TensorMap& tensors);

/// The sample's tensors by Hugging Face's names.
[[nodiscard]] TensorMap hugging_face_tensors(const SampleModel& model);

/// Hugging Face's config.json.
[[nodiscard]] std::string write_hugging_face_config(const SampleModel& model);

/// How a whisper.cpp model is written.
enum class GgmlWeights { as_they_are, q8_0 };

/// A model of whisper.cpp with the vocabulary in it; vectors are in f32.
[[nodiscard]] std::string write_ggml(const SampleModel& model,
                                     GgmlWeights weights = GgmlWeights::as_they_are);

}  // namespace whisper::testing
