// SPDX-License-Identifier: Apache-2.0
#include "model/support/sample_model.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <random>

namespace whisper::testing {

namespace {

using Blocks = std::deque<std::vector<std::byte>>;

template <typename Number>
std::vector<std::byte> bytes_of(const std::vector<Number>& numbers) {
  std::vector<std::byte> bytes(numbers.size() * sizeof(Number));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::vector<std::string> make_tokens(const Dimensions& dimensions) {
  const std::size_t count = dimensions.is_multilingual() ? 50257 : 50256;
  std::vector<std::string> tokens;
  for (std::size_t id = 0; id < count; ++id) {
    tokens.push_back(id < 256 ? std::string(1, static_cast<char>(id)) : " t" + std::to_string(id));
  }
  if (dimensions.is_multilingual()) tokens.back().clear();  // as in the real one
  return tokens;
}

// The 68 bytes that are not printable follow each other from U+0100 on.
bool is_printable(unsigned byte) {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

unsigned letter_of(unsigned byte) {
  if (is_printable(byte)) return byte;
  unsigned letter = 256;
  for (unsigned before = 0; before < byte; ++before) letter += is_printable(before) ? 0U : 1U;
  return letter;
}

}  // namespace

SampleModel make_toy(const ToyOptions& options) {
  SampleModel model;
  const int width = options.width;
  model.dimensions = {3, 7, width, 2, 2, options.vocabulary, 5, width, 2, 1};
  model.tokens = make_tokens(model.dimensions);
  model.heads = {{0, 1}, {0, 0}};
  auto blocks = std::make_shared<Blocks>();
  std::minstd_rand random{static_cast<unsigned>(width)};
  for (const auto& [name, shape] : model_tensors(model.dimensions)) {
    StoredTensor tensor{.element = options.element, .shape = shape};
    std::vector<float> numbers(static_cast<std::size_t>(tensor.count()));
    for (auto& number : numbers) number = static_cast<float>(random() % 255U) / 64.0F - 2.0F;
    tensor.bytes = blocks->emplace_back(stored_as(numbers, options.element));
    model.tensors.emplace(name, tensor);
  }
  model.memory = blocks;
  return model;
}

SampleModel as_sample(const ModelFile& model) {
  return {model.dimensions, model.tensors, model.vocabulary.tokens, model.alignment_heads,
          model.memory};
}

bool same_tensors(const TensorMap& a, const TensorMap& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    const auto other = b.find(name);
    if (other == b.end() || other->second.shape != tensor.shape) return false;
    const auto x = numbers_of(tensor);
    const auto y = numbers_of(other->second);
    if (std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) != 0) return false;
  }
  return true;
}

std::vector<float> numbers_of(const StoredTensor& tensor) {
  std::vector<float> numbers(static_cast<std::size_t>(tensor.count()));
  copy_as_float32(tensor, numbers);
  return numbers;
}

std::vector<std::byte> stored_as(const std::vector<float>& numbers, Element element) {
  if (element == Element::float32) return bytes_of(numbers);
  std::vector<std::uint16_t> halves;
  halves.reserve(numbers.size());
  for (const float number : numbers) {
    const auto half = static_cast<_Float16>(number);
    halves.push_back(element == Element::float16
                         ? std::bit_cast<std::uint16_t>(half)
                         : static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16U));
  }
  return bytes_of(halves);
}

std::string spelled(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const unsigned letter = letter_of(static_cast<unsigned char>(byte));
    if (letter < 0x80U) {
      text += static_cast<char>(letter);
    } else {
      text += static_cast<char>(0xC0U | letter >> 6U);
      text += static_cast<char>(0x80U | (letter & 0x3FU));
    }
  }
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (bytes.empty()) return "=";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_padding = i + k > bytes.size();
      text += is_padding ? '=' : kLetters[bits >> (18 - 6 * k) & 0x3FU];
    }
  }
  return text;
}

std::string vocabulary_text(const SampleModel& model) {
  std::string text;
  for (const auto& token : model.tokens) text += spelled(token) + '\n';
  return text + "<|endoftext|>\n<|startoftranscript|>\n";
}

std::string tiktoken_text(const SampleModel& model) {
  std::string text;
  for (std::size_t id = 0; id < model.tokens.size(); ++id) {
    text += base64(model.tokens[id]) + ' ' + std::to_string(id) + '\n';
  }
  return text;
}

}  // namespace whisper::testing
