// SPDX-License-Identifier: Apache-2.0
#include "audio/onnx_file.hpp"

#include "model/format_error.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace whisper {

namespace {

using Bytes = std::span<const std::byte>;

constexpr int kDeepest = 8;  // graphs within graphs

// The numbers of the fields that are read, as onnx.proto gives them.
namespace field {
constexpr std::uint64_t kModelGraph = 7;
constexpr std::uint64_t kGraphNode = 1;
constexpr std::uint64_t kGraphTensor = 5;
constexpr std::uint64_t kNodeAttribute = 5;
constexpr std::uint64_t kAttributeTensor = 5;
constexpr std::uint64_t kAttributeGraph = 6;
constexpr std::uint64_t kTensorShape = 1;
constexpr std::uint64_t kTensorType = 2;
constexpr std::uint64_t kTensorFloats = 4;
constexpr std::uint64_t kTensorName = 8;
constexpr std::uint64_t kTensorBytes = 9;
}  // namespace field

constexpr std::uint64_t kFloat32 = 1;  // of TensorProto.DataType

/// The fields of one Protocol Buffers message, front to back.
///
/// Ownership: borrows the bytes.
/// Threads: confined.
/// Errors: clams::Error invalid_input naming the file.
class MessageReader {
 public:
  MessageReader(Bytes bytes, const std::string& file) : left_(bytes), file_(file) {}

  /// Moves to the next field; false at the end.
  bool next() {
    if (left_.empty()) return false;
    const auto key = varint();
    number_ = key >> 3U;
    value_ = 0;
    bytes_ = {};
    switch (key & 7U) {
      case 0: value_ = varint(); break;
      case 1: bytes_ = take(8); break;
      case 2: bytes_ = take(varint()); break;
      case 5: bytes_ = take(4); break;
      default: fail();
    }
    return true;
  }

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::uint64_t value() const { return value_; }
  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] MessageReader inner() const { return {bytes_, file_}; }

  [[nodiscard]] std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(take(1)[0]);
      value |= (byte & 0x7FU) << shift;
      if (byte < 0x80U) return value;
    }
    fail();
  }

  [[nodiscard]] bool is_done() const { return left_.empty(); }

 private:
  Bytes take(std::uint64_t count) {
    if (count > left_.size()) fail();
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }

  [[noreturn]] void fail() const {
    throw format_error(file_, "it is not an ONNX model, or is truncated or damaged");
  }

  Bytes left_;
  const std::string& file_;
  std::uint64_t number_ = 0;
  std::uint64_t value_ = 0;
  Bytes bytes_;
};

/// Adds the tensor if it is of float32 numbers, all of them in its own bytes.
void read_tensor(MessageReader reader, TensorMap& tensors) {
  StoredTensor tensor;
  std::string name;
  std::uint64_t type = 0;
  while (reader.next()) {
    if (reader.number() == field::kTensorShape && !reader.bytes().empty()) {
      auto extents = reader.inner();  // packed: several in one field
      while (!extents.is_done()) {
        tensor.shape.push_back(static_cast<std::int64_t>(extents.varint()));
      }
    } else if (reader.number() == field::kTensorShape) {
      tensor.shape.push_back(static_cast<std::int64_t>(reader.value()));
    } else if (reader.number() == field::kTensorType) {
      type = reader.value();
    } else if (reader.number() == field::kTensorName) {
      name.assign(reinterpret_cast<const char*>(reader.bytes().data()), reader.bytes().size());
    } else if (reader.number() == field::kTensorBytes || reader.number() == field::kTensorFloats) {
      tensor.bytes = reader.bytes();
    }
  }
  const auto count = count_numbers(tensor.shape);
  if (type != kFloat32 || !count || tensor.bytes.size() % sizeof(float) != 0 ||
      tensor.bytes.size() / sizeof(float) != *count) {
    return;
  }
  tensors.emplace(std::move(name), std::move(tensor));
}

void read_graph(MessageReader graph, std::vector<TensorMap>& graphs, int depth);

void read_node(MessageReader node, std::size_t at, std::vector<TensorMap>& graphs, int depth) {
  while (node.next()) {
    if (node.number() != field::kNodeAttribute) continue;
    auto attribute = node.inner();
    while (attribute.next()) {
      if (attribute.number() == field::kAttributeTensor) {
        read_tensor(attribute.inner(), graphs[at]);
      } else if (attribute.number() == field::kAttributeGraph && depth < kDeepest) {
        read_graph(attribute.inner(), graphs, depth + 1);
      }
    }
  }
}

void read_graph(MessageReader graph, std::vector<TensorMap>& graphs, int depth) {
  const auto at = graphs.size();
  graphs.emplace_back();
  while (graph.next()) {
    if (graph.number() == field::kGraphTensor) read_tensor(graph.inner(), graphs[at]);
    if (graph.number() == field::kGraphNode) read_node(graph.inner(), at, graphs, depth);
  }
}

}  // namespace

bool looks_like_onnx(std::span<const std::byte> bytes) noexcept {
  // The version of the format, a small number, is written first.
  constexpr std::byte kVersionKey{0x08};
  return bytes.size() > 2 && bytes[0] == kVersionKey && bytes[1] != std::byte{0} &&
         bytes[1] < std::byte{0x40} && bytes[2] != std::byte{0};
}

std::vector<TensorMap> read_onnx_tensors(std::span<const std::byte> bytes,
                                         const std::string& file) {
  std::vector<TensorMap> graphs;
  MessageReader model{bytes, file};
  while (model.next()) {
    if (model.number() == field::kModelGraph) read_graph(model.inner(), graphs, 0);
  }
  return graphs;
}

}  // namespace whisper
