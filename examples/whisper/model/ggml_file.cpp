// SPDX-License-Identifier: Apache-2.0
#include "model/ggml_file.hpp"

#include "model/byte_reader.hpp"
#include "model/format_error.hpp"
#include "model/vocabulary_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace whisper {

namespace {

constexpr std::uint32_t kMagic = 0x67676d6c;

std::uint64_t count_of(ByteReader& reader, std::string_view what) {
  const auto count = reader.number<std::int32_t>();
  if (count < 0) reader.fail(fmt::format("there are {} {}", count, what));
  return static_cast<std::uint64_t>(count);
}

Dimensions read_dimensions(ByteReader& reader) {
  Dimensions result;
  for (int* const number :
       {&result.vocabulary, &result.audio_context, &result.audio_width, &result.audio_heads,
        &result.audio_layers, &result.text_context, &result.text_width, &result.text_heads,
        &result.text_layers, &result.mels}) {
    *number = reader.number<std::int32_t>();
  }
  static_cast<void>(reader.number<std::int32_t>());  // the file's type: each tensor has its own
  check_dimensions(result, reader.file());
  return result;
}

void skip_mel_filters(ByteReader& reader) {
  const std::uint64_t bands = count_of(reader, "mel bands");
  const std::uint64_t frequencies = count_of(reader, "frequencies");
  constexpr std::uint64_t kMost = 1U << 20U;
  if (bands > kMost || frequencies > kMost) reader.fail("the mel filters' size is impossible");
  static_cast<void>(reader.take(bands * frequencies * sizeof(float)));
}

std::vector<std::string> read_tokens(ByteReader& reader, std::size_t ordinary) {
  std::vector<std::string> tokens;
  const std::uint64_t count = count_of(reader, "tokens");
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto token = reader.text(reader.number<std::uint32_t>());
    if (tokens.size() < ordinary) tokens.emplace_back(token);
  }
  if (tokens.size() < ordinary) {
    reader.fail(fmt::format("the vocabulary has {} tokens instead of {}", tokens.size(), ordinary));
  }
  return tokens;
}

struct Storage {
  Element element = Element::float32;
  std::uint64_t block = 1;  // so many numbers...
  std::uint64_t bytes = 4;  // ...take so many bytes
};

Storage storage_of_type(std::int32_t type, std::string_view name, ByteReader& reader) {
  switch (type) {
    case 0: return {};
    case 1: return {Element::float16, 1, 2};
    case 8: return {Element::q8_0, 32, 34};
    default:
      reader.fail(
          fmt::format("tensor {} is stored as ggml's type {}; f32, f16 and q8_0 are what is "
                      "read: take a model that is quantised less",
                      shown(name), type));
  }
}

std::vector<std::int64_t> read_shape(ByteReader& reader, std::uint64_t rank) {
  std::vector<std::int64_t> shape;
  for (std::uint64_t i = 0; i < rank; ++i) {
    shape.push_back(reader.number<std::int32_t>());
  }
  if (!count_numbers(shape)) reader.fail("a tensor's size is impossible; the file is damaged");
  std::ranges::reverse(shape);  // there, the dimension that is contiguous comes first
  return shape;
}

void read_tensor(ByteReader& reader, TensorMap& tensors) {
  constexpr std::uint64_t kMostDimensions = 4;
  const std::uint64_t rank = count_of(reader, "dimensions");
  const std::uint64_t name_length = count_of(reader, "bytes in a name");
  const auto type = reader.number<std::int32_t>();
  if (rank == 0 || rank > kMostDimensions) {
    reader.fail(fmt::format("a tensor has {} dimensions; the file is damaged", rank));
  }
  StoredTensor tensor{.shape = read_shape(reader, rank)};
  const std::string name{reader.text(name_length)};
  const Storage storage = storage_of_type(type, name, reader);
  tensor.element = storage.element;
  if (std::cmp_not_equal(tensor.shape.back() % static_cast<std::int64_t>(storage.block), 0)) {
    reader.fail(fmt::format("tensor {} has rows that are no whole blocks", shown(name)));
  }
  const auto count = static_cast<std::uint64_t>(tensor.count());
  tensor.bytes = reader.take(count / storage.block * storage.bytes);
  // The convolutions' biases are columns there.
  if (name.ends_with(".bias") && rank == 2 && tensor.shape.back() == 1) tensor.shape.pop_back();
  if (!tensors.emplace(name, std::move(tensor)).second) {
    reader.fail(fmt::format("tensor {} is there twice", shown(name)));
  }
}

}  // namespace

bool looks_like_ggml(std::span<const std::byte> bytes) noexcept {
  std::uint32_t magic = 0;
  if (bytes.size() < sizeof(magic)) return false;
  std::memcpy(&magic, bytes.data(), sizeof(magic));
  return magic == kMagic;
}

ModelWeights read_ggml(std::span<const std::byte> bytes, const std::string& file) {
  ByteReader reader{file, bytes};
  if (reader.number<std::uint32_t>() != kMagic) reader.fail("no whisper.cpp model");
  ModelWeights weights;
  weights.dimensions = read_dimensions(reader);
  skip_mel_filters(reader);
  weights.tokens = read_tokens(reader, ordinary_tokens(weights.dimensions));
  while (reader.remaining() != 0) read_tensor(reader, weights.tensors);
  check_tensors(weights, file);
  return weights;
}

}  // namespace whisper
