// SPDX-License-Identifier: Apache-2.0
#include "model/support/model_writers.hpp"

#include "model/hugging_face_model.hpp"
#include <clams/util/json.hpp>

#include <algorithm>
#include <array>

namespace whisper::testing {

namespace {

constexpr std::string_view type_name(Element element) {
  if (element == Element::float32) return "F32";
  return element == Element::float16 ? "F16" : "BF16";
}

std::int8_t rounded(float number) {
  return static_cast<std::int8_t>(number < 0 ? number - 0.5F : number + 0.5F);
}

std::string q8_0(const std::vector<float>& numbers) {
  Bytes out;
  for (std::size_t i = 0; i < numbers.size(); i += 32) {
    float most = 0;
    for (std::size_t k = i; k < i + 32; ++k) most = std::max(most, std::abs(numbers[k]));
    const auto factor = static_cast<_Float16>(most / 127);
    out.number(factor);
    for (std::size_t k = i; k < i + 32; ++k) {
      out.number(rounded(most == 0 ? 0 : numbers[k] / static_cast<float>(factor)));
    }
  }
  return out.take();
}

void write_ggml_tensor(Bytes& out, const std::string& name, const StoredTensor& tensor,
                       GgmlWeights weights) {
  auto shape = tensor.shape;
  const bool is_vector = shape.size() == 1;
  if (name.starts_with("encoder.conv") && is_vector) shape.push_back(1);
  const bool quantize = weights == GgmlWeights::q8_0 && !is_vector && shape.back() % 32 == 0;
  const bool half = !is_vector && tensor.element == Element::float16;
  const int type = quantize ? 8 : half ? 1 : 0;
  out.number(static_cast<std::int32_t>(shape.size()));
  out.number(static_cast<std::int32_t>(name.size())).number(std::int32_t{type});
  for (std::size_t i = shape.size(); i-- > 0;) out.number(static_cast<std::int32_t>(shape[i]));
  out.text(name);
  if (quantize) {
    out.text(q8_0(numbers_of(tensor)));
  } else if (half) {
    out.text(text_of(tensor.bytes));
  } else {
    const auto floats = numbers_of(tensor);
    out.text(text_of(std::as_bytes(std::span{floats})));
  }
}

}  // namespace

std::string write_safetensors(const TensorMap& tensors) {
  auto header = clams::Json::object();
  header["__metadata__"] = {{"format", "pt"}};
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    header[name] = {{"dtype", type_name(tensor.element)},
                    {"shape", tensor.shape},
                    {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  const auto text = clams::write_json(header);
  Bytes out;
  out.number(std::uint64_t{text.size()}).text(text);
  for (const auto& [name, tensor] : tensors) out.text(text_of(tensor.bytes));
  return out.take();
}

TensorMap hugging_face_tensors(const SampleModel& model) {
  TensorMap tensors;
  for (const auto& [name, tensor] : model.tensors) {
    tensors.emplace("model." + hugging_face_name(name), tensor);
  }
  return tensors;
}

std::string write_hugging_face_config(const SampleModel& model) {
  const Dimensions& d = model.dimensions;
  return clams::write_json({{"model_type", "whisper"},
                            {"d_model", d.audio_width},
                            {"num_mel_bins", d.mels},
                            {"max_source_positions", d.audio_context},
                            {"encoder_attention_heads", d.audio_heads},
                            {"encoder_layers", d.audio_layers},
                            {"vocab_size", d.vocabulary},
                            {"max_target_positions", d.text_context},
                            {"decoder_attention_heads", d.text_heads},
                            {"decoder_layers", d.text_layers}});
}

std::string write_ggml(const SampleModel& model, GgmlWeights weights) {
  const Dimensions& d = model.dimensions;
  Bytes out;
  for (const int number :
       {0x67676d6c, d.vocabulary, d.audio_context, d.audio_width, d.audio_heads, d.audio_layers,
        d.text_context, d.text_width, d.text_heads, d.text_layers, d.mels, 1}) {
    out.number(std::int32_t{number});
  }
  out.number(std::int32_t{2}).number(std::int32_t{3}).text(std::string(24, '\0'));  // mel filters
  out.number(static_cast<std::int32_t>(model.tokens.size()));
  for (const auto& token : model.tokens) {
    out.number(static_cast<std::uint32_t>(token.size())).text(token);
  }
  for (const auto& [name, tensor] : model.tensors) write_ggml_tensor(out, name, tensor, weights);
  return out.take();
}

}  // namespace whisper::testing
