// SPDX-License-Identifier: Apache-2.0
#include "model/openai_checkpoint.hpp"

#include "model/byte_reader.hpp"
#include "model/format_error.hpp"
#include "model/pickle.hpp"
#include "model/row_copies.hpp"
#include "model/zip_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace whisper {

namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kFloats = "torch.FloatStorage";
constexpr std::string_view kHalves = "torch.HalfStorage";
constexpr std::string_view kBFloats = "torch.BFloat16Storage";

// What a checkpoint may name. The other storages are harmless, and no tensor of Whisper's is in
// them.
constexpr std::array<std::string_view, 11> kAllowed{"collections.OrderedDict",
                                                    kRebuildTensor,
                                                    kRebuildParameter,
                                                    kFloats,
                                                    kHalves,
                                                    kBFloats,
                                                    "torch.DoubleStorage",
                                                    "torch.LongStorage",
                                                    "torch.IntStorage",
                                                    "torch.ByteStorage",
                                                    "torch.BoolStorage"};

/// The pickle of a checkpoint and the archive around it.
class Checkpoint {
 public:
  Checkpoint(std::span<const std::byte> bytes, const std::string& file)
      : file_(file),
        zip_(bytes, file),
        root_(find_root()),
        pickle_(data_pickle(), file, kAllowed) {}

  [[nodiscard]] Dimensions dimensions() const;
  [[nodiscard]] TensorMap tensors(const Dimensions& dimensions, RowCopies& copies) const;

 private:
  [[nodiscard]] std::string find_root() const;
  [[nodiscard]] std::span<const std::byte> data_pickle() const;
  [[nodiscard]] std::span<const std::byte> entry(const std::string& name) const;
  [[nodiscard]] int dimension(const PickleValue& dimensions, std::string_view name) const;
  [[nodiscard]] StridedTensor tensor(const PickleValue& value, std::string_view name) const;
  [[nodiscard]] StridedTensor storage(const PickleValue& value, std::string_view name) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const PickleValue& value,
                                                   std::string_view name) const;
  [[noreturn]] void fail(std::string_view name) const;

  const std::string& file_;
  ZipFile zip_;
  std::string root_;  // the folder in the archive, with a slash
  Pickle pickle_;
};

std::string Checkpoint::find_root() const {
  constexpr std::string_view kPickle = "data.pkl";
  for (const auto& [name, bytes] : zip_.entries()) {
    if (name.ends_with("/data.pkl") && name.find('/') == name.rfind('/')) {
      return name.substr(0, name.size() - kPickle.size());
    }
  }
  throw format_error(file_, "the zip archive has no data.pkl: it is no PyTorch checkpoint");
}

std::span<const std::byte> Checkpoint::entry(const std::string& name) const {
  const auto found = zip_.entries().find(root_ + name);
  if (found == zip_.entries().end()) {
    throw format_error(file_, fmt::format("the checkpoint has no entry {}", shown(root_ + name)));
  }
  return found->second;
}

std::span<const std::byte> Checkpoint::data_pickle() const {
  const auto order = zip_.entries().find(root_ + "byteorder");
  if (order != zip_.entries().end() && as_text(order->second) != "little") {
    throw format_error(file_, "the checkpoint is big-endian, but only little-endian ones are read");
  }
  return entry("data.pkl");
}

void Checkpoint::fail(std::string_view name) const {
  throw format_error(file_,
                     fmt::format("tensor {} is not stored as PyTorch stores tensors of float32, "
                                 "float16 or bfloat16",
                                 shown(name)));
}

int Checkpoint::dimension(const PickleValue& dimensions, std::string_view name) const {
  const PickleValue* const number = pickle_.find(dimensions, name);
  if (number == nullptr || number->kind != Kind::integer || number->integer < 0 ||
      number->integer > 1 << 30) {
    throw format_error(file_, fmt::format("the checkpoint's dims have no number {}", name));
  }
  return static_cast<int>(number->integer);
}

Dimensions Checkpoint::dimensions() const {
  const PickleValue* const stored = pickle_.find(pickle_.root(), "dims");
  if (stored == nullptr) {
    throw format_error(file_, "the checkpoint has no dims: it is none of openai-whisper");
  }
  Dimensions result;
  result.mels = dimension(*stored, "n_mels");
  result.audio_context = dimension(*stored, "n_audio_ctx");
  result.audio_width = dimension(*stored, "n_audio_state");
  result.audio_heads = dimension(*stored, "n_audio_head");
  result.audio_layers = dimension(*stored, "n_audio_layer");
  result.vocabulary = dimension(*stored, "n_vocab");
  result.text_context = dimension(*stored, "n_text_ctx");
  result.text_width = dimension(*stored, "n_text_state");
  result.text_heads = dimension(*stored, "n_text_head");
  result.text_layers = dimension(*stored, "n_text_layer");
  check_dimensions(result, file_);
  return result;
}

std::vector<std::int64_t> Checkpoint::integers(const PickleValue& value,
                                               std::string_view name) const {
  if (value.kind != Kind::tuple) fail(name);
  std::vector<std::int64_t> numbers;
  for (const auto index : value.items) {
    const PickleValue& item = pickle_.value(index);
    if (item.kind != Kind::integer) fail(name);
    numbers.push_back(item.integer);
  }
  return numbers;
}

// ('storage', class, key, device, count)
StridedTensor Checkpoint::storage(const PickleValue& value, std::string_view name) const {
  if (value.kind != Kind::persistent) fail(name);
  const PickleValue& tuple = pickle_.value(value.items.front());
  if (tuple.kind != Kind::tuple || tuple.items.size() < 5) fail(name);
  const PickleValue& type = pickle_.value(tuple.items[1]);
  const PickleValue& key = pickle_.value(tuple.items[2]);
  if (type.kind != Kind::global || key.kind != Kind::text) fail(name);
  StridedTensor result;
  if (type.text == kFloats) {
    result.element = Element::float32;
  } else if (type.text == kHalves) {
    result.element = Element::float16;
  } else if (type.text == kBFloats) {
    result.element = Element::bfloat16;
  } else {
    fail(name);
  }
  result.storage = entry("data/" + std::string{key.text});
  return result;
}

// _rebuild_tensor_v2(storage, offset, size, stride, ...), perhaps within a _rebuild_parameter.
StridedTensor Checkpoint::tensor(const PickleValue& value, std::string_view name) const {
  const PickleValue* call = &value;
  if (call->kind == Kind::call && call->text == kRebuildParameter && !call->items.empty()) {
    call = &pickle_.value(call->items.front());
  }
  if (call->kind != Kind::call || call->text != kRebuildTensor || call->items.size() < 4)
    fail(name);
  StridedTensor result = storage(pickle_.value(call->items[0]), name);
  const PickleValue& offset = pickle_.value(call->items[1]);
  if (offset.kind != Kind::integer) fail(name);
  result.offset = offset.integer;
  result.shape = integers(pickle_.value(call->items[2]), name);
  result.strides = integers(pickle_.value(call->items[3]), name);
  return result;
}

TensorMap Checkpoint::tensors(const Dimensions& dimensions, RowCopies& copies) const {
  const PickleValue* const state = pickle_.find(pickle_.root(), "model_state_dict");
  if (state == nullptr || state->kind != Kind::dictionary) {
    throw format_error(file_, "the checkpoint has no model_state_dict");
  }
  std::map<std::string_view, std::uint32_t> by_name;
  for (std::size_t i = 0; i + 1 < state->items.size(); i += 2) {
    by_name.insert_or_assign(pickle_.value(state->items[i]).text, state->items[i + 1]);
  }
  TensorMap tensors;
  for (const auto& [name, shape] : model_tensors(dimensions)) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) throw format_error(file_, "there is no tensor " + name);
    tensors.emplace(name, copies.by_rows(tensor(pickle_.value(found->second), name), name));
  }
  return tensors;
}

}  // namespace

ModelWeights read_openai_checkpoint(std::span<const std::byte> bytes, const std::string& file) {
  const Checkpoint checkpoint{bytes, file};
  const auto copies = std::make_shared<RowCopies>(file, bytes.size());
  ModelWeights weights;
  weights.dimensions = checkpoint.dimensions();
  weights.tensors = checkpoint.tensors(weights.dimensions, *copies);
  weights.copies = copies;
  check_tensors(weights, file);
  return weights;
}

}  // namespace whisper
