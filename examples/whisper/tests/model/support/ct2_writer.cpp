// SPDX-License-Identifier: Apache-2.0
#include "model/ct2_names.hpp"
#include "model/support/model_writers.hpp"
#include <clams/util/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace whisper::testing {

namespace {

constexpr int kInt8 = 1;
constexpr int kInt16 = 2;

struct Variable {
  std::vector<std::int64_t> shape = {};
  Element element = Element::float32;
  std::string data = {};
};

using Variables = std::map<std::string, Variable>;

int type_of(Element element) {
  if (element == Element::float32) return 0;
  return element == Element::float16 ? 4 : 5;
}

// CTranslate2 fuses what is multiplied by the same input; the biases that keys do not have are
// zeros there.
Variables fused(const SampleModel& model) {
  std::map<std::string, std::map<int, StoredTensor>> parts;
  std::map<std::string, int> wanted;
  for (const auto& [name, tensor] : model.tensors) {
    const auto place = ct2_place(name);
    parts[place.name].emplace(place.part, tensor);
    wanted[place.name] = place.parts;
  }
  Variables variables;
  for (auto& [name, pieces] : parts) {
    const StoredTensor& any = pieces.begin()->second;
    Variable variable{any.shape, any.element, {}};
    variable.shape.front() *= wanted[name];
    for (int part = 0; part < wanted[name]; ++part) {
      const auto piece = pieces.find(part);
      variable.data += piece == pieces.end() ? std::string(any.bytes.size(), '\0')
                                             : std::string{text_of(piece->second.bytes)};
    }
    variables.emplace(name, std::move(variable));
  }
  return variables;
}

void add_name(Bytes& out, std::string_view name) {
  out.number(static_cast<std::uint16_t>(name.size() + 1)).text(name).number('\0');
}

template <typename Number>
void add_quantized(Bytes& out, const std::string& name, const Variable& variable, std::size_t rows,
                   float most) {
  const auto numbers = numbers_of(
      {.element = variable.element, .shape = variable.shape, .bytes = view(variable.data)});
  const std::size_t length = numbers.size() / rows;
  Bytes data;
  Bytes scales;
  for (std::size_t row = 0; row < rows; ++row) {
    float greatest = 0;
    for (std::size_t i = 0; i < length; ++i) {
      greatest = std::max(greatest, std::abs(numbers[row * length + i]));
    }
    const float scale = greatest == 0 ? 1 : most / greatest;
    scales.number(scale);
    for (std::size_t i = 0; i < length; ++i) {
      data.number(static_cast<Number>(std::lround(numbers[row * length + i] * scale)));
    }
  }
  add_ct2_variable(out, name, variable.shape, sizeof(Number) == 1 ? kInt8 : kInt16, data.take());
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(rows)};
  add_ct2_variable(out, name + "_scale", rows == 1 ? std::vector<std::int64_t>{} : shape, 0,
                   scales.take());
}

std::uint32_t count_variables(const Variables& variables, Ct2Weights weights) {
  std::size_t count = variables.size() + 2;
  for (const auto& [name, variable] : variables) {
    if (weights != Ct2Weights::as_they_are && name.ends_with("/weight")) ++count;
  }
  return static_cast<std::uint32_t>(count);
}

}  // namespace

void add_ct2_variable(Bytes& out, std::string_view name, const std::vector<std::int64_t>& shape,
                      int type, std::string_view data) {
  add_name(out, name);
  out.number(static_cast<std::uint8_t>(shape.size()));
  for (const auto extent : shape) out.number(static_cast<std::uint32_t>(extent));
  out.number(static_cast<std::uint8_t>(type)).number(static_cast<std::uint32_t>(data.size()));
  out.text(data);
}

std::string write_ct2(const SampleModel& model, Ct2Weights weights) {
  const Variables variables = fused(model);
  Bytes out;
  out.number(std::uint32_t{6});
  add_name(out, "WhisperSpec");
  out.number(std::uint32_t{3}).number(count_variables(variables, weights));
  for (const auto& [name, variable] : variables) {
    const bool quantize = name.ends_with("/weight");
    if (weights == Ct2Weights::int8 && quantize) {
      add_quantized<std::int8_t>(out, name, variable, static_cast<std::size_t>(variable.shape[0]),
                                 127);
    } else if (weights == Ct2Weights::int16 && quantize) {
      add_quantized<std::int16_t>(out, name, variable, 1, 1024);
    } else {
      add_ct2_variable(out, name, variable.shape, type_of(variable.element), variable.data);
    }
  }
  for (const auto& [side, heads] : {std::pair{"encoder", model.dimensions.audio_heads},
                                    std::pair{"decoder", model.dimensions.text_heads}}) {
    const std::string data{static_cast<char>(heads), '\0'};
    add_ct2_variable(out, std::string{side} + "/num_heads", {}, kInt16, data);
  }
  out.number(std::uint32_t{1});
  add_name(out, "decoder/projection/weight");
  add_name(out, "decoder/embeddings/weight");
  return out.take();
}

std::string write_ct2_config(const SampleModel& model) {
  auto heads = clams::Json::array();
  for (const auto& [layer, head] : model.heads) heads.push_back({layer, head});
  return clams::write_json({{"alignment_heads", heads}});
}

}  // namespace whisper::testing
