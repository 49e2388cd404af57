// SPDX-License-Identifier: Apache-2.0
#include "model/ct2_file.hpp"

#include "model/byte_reader.hpp"
#include "model/ct2_names.hpp"
#include "model/format_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace whisper {

namespace {

constexpr std::string_view kSpec = "WhisperSpec";
constexpr std::uint32_t kOldest = 4;  // the first one that says a variable's type
constexpr std::uint32_t kNewest = 6;

enum class Ct2Type : std::uint8_t { float32, int8, int16, int32, float16, bfloat16 };
constexpr std::array<std::uint64_t, 6> kTypeBytes{4, 1, 2, 4, 2, 2};

struct Variable {
  Ct2Type type = Ct2Type::float32;
  std::vector<std::int64_t> shape = {};
  std::span<const std::byte> bytes = {};
};

using Variables = std::map<std::string, Variable, std::less<>>;

std::string_view read_name(ByteReader& reader) {
  const auto text = reader.text(reader.number<std::uint16_t>());
  if (text.empty() || text.back() != '\0') reader.fail("a name does not end with a zero byte");
  return text.substr(0, text.size() - 1);
}

Variable read_variable(ByteReader& reader, std::string_view name) {
  constexpr int kMostDimensions = 8;
  Variable variable;
  const int rank = reader.number<std::uint8_t>();
  if (rank > kMostDimensions) {
    reader.fail(fmt::format("variable {} has {} dimensions", shown(name), rank));
  }
  for (int i = 0; i < rank; ++i) variable.shape.push_back(reader.number<std::uint32_t>());
  const auto count = count_numbers(variable.shape);
  if (!count) reader.fail(fmt::format("variable {} is too large", shown(name)));
  const auto type = reader.number<std::uint8_t>();
  if (type >= kTypeBytes.size()) {
    reader.fail(fmt::format("variable {} has the unknown type {}", shown(name), type));
  }
  variable.type = static_cast<Ct2Type>(type);
  const auto size = reader.number<std::uint32_t>();
  if (size != *count * kTypeBytes.at(type)) {
    reader.fail(fmt::format("variable {} of shape {} has {} bytes instead of {}", shown(name),
                            shape_text(variable.shape), size, *count * kTypeBytes.at(type)));
  }
  variable.bytes = reader.take(size);
  return variable;
}

void check_head(ByteReader& reader) {
  const auto version = reader.number<std::uint32_t>();
  const auto spec = read_name(reader);
  if (spec != kSpec) {
    reader.fail(
        fmt::format("a CTranslate2 model of the kind {} instead of {}", shown(spec), kSpec));
  }
  if (version < kOldest || version > kNewest) {
    reader.fail(
        fmt::format("CTranslate2's version {}; this program reads versions {} to {}: convert "
                    "the model anew",
                    version, kOldest, kNewest));
  }
  static_cast<void>(reader.number<std::uint32_t>());  // the revision: names and shapes tell
}

Variables read_variables(ByteReader& reader) {
  Variables variables;
  const auto count = reader.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto name = read_name(reader);
    auto variable = read_variable(reader, name);
    if (!variables.emplace(name, std::move(variable)).second) {
      reader.fail(fmt::format("variable {} is there twice", shown(name)));
    }
  }
  const auto aliases = reader.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < aliases; ++i) {
    const auto alias = read_name(reader);
    const auto target = variables.find(read_name(reader));
    if (target == variables.end()) {
      reader.fail(fmt::format("{} stands for a variable that is not there", shown(alias)));
    }
    variables.emplace(alias, target->second);
  }
  if (reader.remaining() != 0) {
    reader.fail(fmt::format("{} bytes follow after the end", reader.remaining()));
  }
  return variables;
}

/// The variables of a file, and the network that they make.
class Ct2Model {
 public:
  Ct2Model(Variables variables, const std::string& file)
      : variables_(std::move(variables)), file_(file) {}

  [[nodiscard]] Dimensions dimensions() const;
  [[nodiscard]] StoredTensor tensor(const Ct2Place& place) const;

 private:
  [[nodiscard]] const Variable& variable(std::string_view name) const;
  [[nodiscard]] int extent(std::string_view name, std::size_t dimension) const;
  [[nodiscard]] std::optional<int> scalar(std::string_view name) const;
  [[nodiscard]] int heads(const std::string& side, int width) const;
  [[nodiscard]] int layers(std::string_view prefix) const;
  [[nodiscard]] std::span<const std::byte> scales(const std::string& name) const;
  [[nodiscard]] StoredTensor whole(const std::string& name) const;

  Variables variables_;
  const std::string& file_;
};

const Variable& Ct2Model::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) {
    throw format_error(file_, fmt::format("there is no variable {}", name));
  }
  return found->second;
}

int Ct2Model::extent(std::string_view name, std::size_t dimension) const {
  const auto& shape = variable(name).shape;
  if (dimension >= shape.size()) {
    throw format_error(file_, fmt::format("variable {} has shape {}: too few dimensions", name,
                                          shape_text(shape)));
  }
  return static_cast<int>(std::min<std::int64_t>(shape[dimension], 1 << 30));
}

std::optional<int> Ct2Model::scalar(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end() || !found->second.shape.empty()) return std::nullopt;
  ByteReader reader{file_, found->second.bytes};
  switch (found->second.type) {
    case Ct2Type::int8: return reader.number<std::int8_t>();
    case Ct2Type::int16: return reader.number<std::int16_t>();
    case Ct2Type::int32: return reader.number<std::int32_t>();
    default: return std::nullopt;
  }
}

int Ct2Model::heads(const std::string& side, int width) const {
  constexpr int kHeadWidth = 64;  // in every Whisper that there is
  return scalar(side + "/num_heads").value_or(width / kHeadWidth);
}

int Ct2Model::layers(std::string_view prefix) const {
  int layers = 0;
  for (auto at = variables_.lower_bound(prefix);
       at != variables_.end() && at->first.starts_with(prefix); ++at) {
    const std::string_view number = std::string_view{at->first}.substr(prefix.size());
    int layer = -1;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), layer);
    if (parsed.ec == std::errc{}) layers = std::max(layers, std::min(layer, 1 << 20) + 1);
  }
  return layers;
}

Dimensions Ct2Model::dimensions() const {
  Dimensions result;
  result.mels = extent("encoder/conv1/weight", 1);
  result.audio_context = extent("encoder/position_encodings/encodings", 0);
  result.audio_width = extent("encoder/conv1/weight", 0);
  result.audio_heads = heads("encoder", result.audio_width);
  result.audio_layers = layers("encoder/layer_");
  result.vocabulary = extent("decoder/embeddings/weight", 0);
  result.text_context = extent("decoder/position_encodings/encodings", 0);
  result.text_width = extent("decoder/embeddings/weight", 1);
  result.text_heads = heads("decoder", result.text_width);
  result.text_layers = layers("decoder/layer_");
  return result;
}

std::span<const std::byte> Ct2Model::scales(const std::string& name) const {
  const Variable& quantized = variable(name);
  const Variable& scale = variable(name + "_scale");
  const std::uint64_t rows =
      quantized.shape.empty() ? 1 : static_cast<std::uint64_t>(quantized.shape.front());
  const std::uint64_t wanted = quantized.type == Ct2Type::int8 ? rows : 1;
  if (scale.type != Ct2Type::float32 || scale.bytes.size() != wanted * sizeof(float)) {
    throw format_error(file_,
                       fmt::format("variable {}_scale must be {} float32 numbers, but has {} "
                                   "bytes",
                                   name, wanted, scale.bytes.size()));
  }
  return scale.bytes;
}

StoredTensor Ct2Model::whole(const std::string& name) const {
  const Variable& source = variable(name);
  StoredTensor tensor{.shape = source.shape, .bytes = source.bytes};
  switch (source.type) {
    case Ct2Type::float32: tensor.element = Element::float32; break;
    case Ct2Type::float16: tensor.element = Element::float16; break;
    case Ct2Type::bfloat16: tensor.element = Element::bfloat16; break;
    case Ct2Type::int8:
      tensor.element = Element::int8_rows;
      tensor.scales = scales(name);
      break;
    case Ct2Type::int16:
      tensor.element = Element::int16_scaled;
      tensor.scales = scales(name);
      break;
    case Ct2Type::int32:
      throw format_error(file_,
                         fmt::format("variable {} has the type int32: those are no weights", name));
  }
  return tensor;
}

StoredTensor Ct2Model::tensor(const Ct2Place& place) const {
  StoredTensor tensor = whole(place.name);
  if (place.parts == 1) return tensor;
  if (tensor.shape.empty() || tensor.shape.front() % place.parts != 0) {
    throw format_error(file_, fmt::format("variable {} of shape {} cannot be cut into {} parts",
                                          place.name, shape_text(tensor.shape), place.parts));
  }
  const auto parts = static_cast<std::size_t>(place.parts);
  const auto part = static_cast<std::size_t>(place.part);
  tensor.shape.front() /= place.parts;
  tensor.bytes =
      tensor.bytes.subspan(part * (tensor.bytes.size() / parts), tensor.bytes.size() / parts);
  if (tensor.element == Element::int8_rows) {
    const auto size = tensor.scales.size() / parts;
    tensor.scales = tensor.scales.subspan(part * size, size);
  }
  return tensor;
}

}  // namespace

bool looks_like_ct2(std::span<const std::byte> bytes) {
  constexpr std::size_t kHead = 6;
  constexpr std::uint32_t kPlausible = 64;  // of a version and of a name's length
  if (bytes.size() < kHead) return false;
  ByteReader reader{"", bytes};
  const auto version = reader.number<std::uint32_t>();
  const auto length = reader.number<std::uint16_t>();
  if (version == 0 || version > kPlausible || length < 2 || length > kPlausible) return false;
  if (reader.remaining() < length) return false;
  const auto name = reader.text(length);
  return name.back() == '\0' && std::ranges::all_of(name.substr(0, length - 1U),
                                                    [](char c) { return c > ' ' && c <= '~'; });
}

ModelWeights read_ct2(std::span<const std::byte> bytes, const std::string& file) {
  ByteReader reader{file, bytes};
  check_head(reader);
  const Ct2Model model{read_variables(reader), file};
  ModelWeights weights;
  weights.dimensions = model.dimensions();
  check_dimensions(weights.dimensions, file);
  for (auto& [name, shape] : model_tensors(weights.dimensions)) {
    weights.tensors.emplace(name, model.tensor(ct2_place(name)));
  }
  check_tensors(weights, file);
  return weights;
}

}  // namespace whisper
