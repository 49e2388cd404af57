// SPDX-License-Identifier: Apache-2.0
#include "model/support/checkpoint_writer.hpp"

#include "model/support/model_writers.hpp"

#include <cstdint>

namespace whisper::testing {

namespace {

std::string class_of(Element element) {
  if (element == Element::float32) return "FloatStorage";
  return element == Element::float16 ? "HalfStorage" : "BFloat16Storage";
}

bool is_matrix(const StoredTensor& tensor) { return tensor.shape.size() == 2; }

std::vector<std::int64_t> strides_of(const StoredTensor& tensor, bool transposed) {
  std::vector<std::int64_t> strides(tensor.shape.size(), 1);
  for (std::size_t i = strides.size() - 1; i-- > 0;) {
    strides[i] = strides[i + 1] * tensor.shape[i + 1];
  }
  if (transposed && is_matrix(tensor)) strides = {1, tensor.shape[0]};
  return strides;
}

std::string tuple_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "(";
  for (const auto number : numbers) text += pickled(number);
  return text + 't';
}

std::string pickled_tensor(const StoredTensor& tensor, std::size_t key,
                           const CheckpointOptions& options) {
  std::string text = "ctorch._utils\n_rebuild_tensor_v2\n((";
  text += pickled("storage") + "ctorch\n" + class_of(tensor.element) + '\n' +
          pickled(std::to_string(key)) + pickled("cpu") + pickled(tensor.count()) + "tQ";
  text += pickled(0) + tuple_of(tensor.shape) + tuple_of(strides_of(tensor, options.transposed));
  text +=
      "\x89"
      "ccollections\nOrderedDict\n)RtR";
  if (!options.parameters) return text;
  return "ctorch._utils\n_rebuild_parameter\n(" + text +
         "\x88"
         "ccollections\nOrderedDict\n)RtR";
}

std::string data_of(const StoredTensor& tensor, bool transposed) {
  if (!transposed || !is_matrix(tensor)) return std::string{text_of(tensor.bytes)};
  const auto rows = static_cast<std::size_t>(tensor.shape[0]);
  const auto columns = static_cast<std::size_t>(tensor.shape[1]);
  const std::size_t size = tensor.bytes.size() / (rows * columns);
  std::string data;
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < rows; ++row) {
      data += text_of(tensor.bytes.subspan((row * columns + column) * size, size));
    }
  }
  return data;
}

}  // namespace

std::string pickled(std::string_view text) {
  return 'X' + Bytes{}.number(static_cast<std::uint32_t>(text.size())).text(text).take();
}

std::string pickled(std::int64_t number) {
  return 'J' + Bytes{}.number(static_cast<std::int32_t>(number)).take();
}

std::string write_checkpoint_pickle(const SampleModel& model, const CheckpointOptions& options) {
  const Dimensions& d = model.dimensions;
  std::string text = "\x80\x02}(" + pickled("dims") + "}(";
  for (const auto& [name, number] : {std::pair{"n_mels", d.mels},
                                     {"n_vocab", d.vocabulary},
                                     {"n_audio_ctx", d.audio_context},
                                     {"n_audio_state", d.audio_width},
                                     {"n_audio_head", d.audio_heads},
                                     {"n_audio_layer", d.audio_layers},
                                     {"n_text_ctx", d.text_context},
                                     {"n_text_state", d.text_width},
                                     {"n_text_head", d.text_heads},
                                     {"n_text_layer", d.text_layers}}) {
    text += pickled(name) + pickled(number);
  }
  text += 'u' + pickled("model_state_dict");
  text += options.parameters ? "ccollections\nOrderedDict\n)R(" : "}(";
  std::size_t key = 0;
  for (const auto& [name, tensor] : model.tensors) {
    text += pickled(name) + pickled_tensor(tensor, key++, options);
  }
  text += 'u';
  if (options.parameters) text += '}' + pickled("_metadata") + "}sb";
  return text + "u.";
}

std::string write_checkpoint(const SampleModel& model, const CheckpointOptions& options) {
  ZipEntries entries{{"toy/data.pkl", write_checkpoint_pickle(model, options)},
                     {"toy/byteorder", "little"}};
  std::size_t key = 0;
  for (const auto& [name, tensor] : model.tensors) {
    entries.emplace_back("toy/data/" + std::to_string(key++), data_of(tensor, options.transposed));
  }
  return write_zip(entries, options.zip);
}

std::string write_checkpoint_with(std::string_view pickle) {
  return write_zip({{"toy/data.pkl", std::string{pickle}}});
}

}  // namespace whisper::testing
