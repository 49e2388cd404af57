// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_file.hpp"
#include "model/model_tensors.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whisper::testing {

/// A model to be written in one format or another.
struct SampleModel {
  Dimensions dimensions = {};
  TensorMap tensors = {};
  std::vector<std::string> tokens = {};
  std::vector<AlignmentHead> heads = {};
  std::shared_ptr<const void> memory = {};
};

/// What a toy model is to be.
struct ToyOptions {
  int width = 4;
  int vocabulary = 51864;
  Element element = Element::float16;
};

/// A network of few numbers, which every element type holds exactly, with a full vocabulary.
[[nodiscard]] SampleModel make_toy(const ToyOptions& options = {});

/// A real model, to be written anew.
[[nodiscard]] SampleModel as_sample(const ModelFile& model);

/// Whether both have the same tensors with the same numbers, however they are stored.
[[nodiscard]] bool same_tensors(const TensorMap& a, const TensorMap& b);

/// The tensor's numbers.
[[nodiscard]] std::vector<float> numbers_of(const StoredTensor& tensor);

/// The numbers stored as `element`, one of float32, float16 and bfloat16.
[[nodiscard]] std::vector<std::byte> stored_as(const std::vector<float>& numbers, Element element);

/// Bytes spelled in the printable alphabet of vocabularies.
[[nodiscard]] std::string spelled(std::string_view bytes);

[[nodiscard]] std::string base64(std::string_view bytes);

/// The text of the sample's vocabulary.txt.
[[nodiscard]] std::string vocabulary_text(const SampleModel& model);

/// The text of its *.tiktoken.
[[nodiscard]] std::string tiktoken_text(const SampleModel& model);

}  // namespace whisper::testing
