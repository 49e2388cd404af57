// SPDX-License-Identifier: Apache-2.0
#include "model/hugging_face_model.hpp"

#include "model/format_error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace whisper {

namespace {

struct Renaming {
  std::string_view openai;
  std::string_view hugging_face;
};

// Parts of a name; in this order, because some end as others do.
constexpr std::array kParts{
    Renaming{".blocks.", ".layers."},
    Renaming{".positional_embedding", ".embed_positions.weight"},
    Renaming{".token_embedding.", ".embed_tokens."},
    Renaming{".ln_post.", ".layer_norm."},
    Renaming{".ln.", ".layer_norm."},
    Renaming{".cross_attn_ln.", ".encoder_attn_layer_norm."},
    Renaming{".attn_ln.", ".self_attn_layer_norm."},
    Renaming{".mlp_ln.", ".final_layer_norm."},
    Renaming{".cross_attn.", ".encoder_attn."},
    Renaming{".attn.", ".self_attn."},
    Renaming{".query.", ".q_proj."},
    Renaming{".key.", ".k_proj."},
    Renaming{".value.", ".v_proj."},
    Renaming{".out.", ".out_proj."},
    Renaming{".mlp.0.", ".fc1."},
    Renaming{".mlp.2.", ".fc2."},
};

int number(const clams::Json& config, const char* key, const std::string& file) {
  const auto found = config.find(key);
  if (found == config.end() || !found->is_number_integer() || *found < 0 || *found > 1 << 30) {
    throw format_error(file,
                       fmt::format("there is no whole number {}; is it a Whisper model?", key));
  }
  return found->get<int>();
}

}  // namespace

Dimensions read_hugging_face_config(const clams::Json& config, const std::string& file) {
  Dimensions result;
  result.mels = number(config, "num_mel_bins", file);
  result.audio_context = number(config, "max_source_positions", file);
  result.audio_width = number(config, "d_model", file);
  result.audio_heads = number(config, "encoder_attention_heads", file);
  result.audio_layers = number(config, "encoder_layers", file);
  result.vocabulary = number(config, "vocab_size", file);
  result.text_context = number(config, "max_target_positions", file);
  result.text_width = result.audio_width;
  result.text_heads = number(config, "decoder_attention_heads", file);
  result.text_layers = number(config, "decoder_layers", file);
  check_dimensions(result, file);
  return result;
}

std::string hugging_face_name(std::string_view openai_name) {
  std::string name{openai_name};
  for (const auto& [openai, hugging_face] : kParts) {
    const auto at = name.find(openai);
    if (at != std::string::npos) name.replace(at, openai.size(), hugging_face);
  }
  return name;
}

ModelWeights make_hugging_face_weights(const TensorMap& stored, const Dimensions& dimensions,
                                       const std::string& file) {
  ModelWeights weights{.dimensions = dimensions};
  for (const auto& [name, shape] : model_tensors(dimensions)) {
    const std::string theirs = hugging_face_name(name);
    auto found = stored.find("model." + theirs);
    if (found == stored.end()) found = stored.find(theirs);  // saved without its output layer
    if (found == stored.end()) {
      throw format_error(file, fmt::format("there is no tensor model.{}", theirs));
    }
    weights.tensors.emplace(name, found->second);
  }
  check_tensors(weights, file);
  return weights;
}

}  // namespace whisper
