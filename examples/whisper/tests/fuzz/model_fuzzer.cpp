// SPDX-License-Identifier: Apache-2.0
// Any bytes as each kind of file that a model consists of: an error, or what they say; no crash.
#include "model/ct2_file.hpp"
#include "model/ggml_file.hpp"
#include "model/hugging_face_model.hpp"
#include "model/openai_checkpoint.hpp"
#include "model/pickle.hpp"
#include "model/safetensors_file.hpp"
#include "model/vocabulary_file.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace {

using Bytes = std::span<const std::byte>;

const std::string kFile = "fuzz";

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void read_tensors(Bytes bytes) {
  whisper::TensorMap tensors;
  whisper::read_safetensors(bytes, kFile, tensors);
}

void read_config(Bytes bytes) {
  const auto config = clams::parse_json(text_of(bytes));
  static_cast<void>(whisper::read_hugging_face_config(config, kFile));
}

void read_pickle(Bytes bytes) {
  constexpr std::array<std::string_view, 2> kAllowed{"collections.OrderedDict",
                                                     "torch._utils._rebuild_tensor_v2"};
  const whisper::Pickle pickle{bytes, kFile, kAllowed};
  static_cast<void>(pickle.find(pickle.root(), "dims"));
}

void read_any_vocabulary(Bytes bytes) {
  const whisper::Dimensions english{.vocabulary = 51864};
  static_cast<void>(whisper::parse_vocabulary(text_of(bytes), kFile, english));
}

void read_as(std::uint8_t kind, Bytes bytes) {
  switch (kind % 7U) {
    case 0: static_cast<void>(whisper::read_ct2(bytes, kFile)); break;
    case 1: read_tensors(bytes); break;
    case 2: static_cast<void>(whisper::read_openai_checkpoint(bytes, kFile)); break;
    case 3: static_cast<void>(whisper::read_ggml(bytes, kFile)); break;
    case 4: read_pickle(bytes); break;
    case 5: read_any_vocabulary(bytes); break;
    default: read_config(bytes); break;
  }
}

}  // namespace

// The first byte says as what the others are read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    read_as(data[0], std::as_bytes(std::span{data + 1, size - 1}));
  } catch (const clams::Error&) {
    return 0;  // as it should be
  }
  return 0;
}
