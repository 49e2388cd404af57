// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/checkpoint_formats.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json_reader.hpp>

#include <array>
#include <utility>

namespace clams::detail {

/// What the format itself allows; more is an attempt to exhaust memory.
inline constexpr std::uint64_t kSafetensorsHeaderLimit = 100'000'000;
inline constexpr std::uint64_t kSafetensorsLengthBytes = 8;

struct TypeWidth {
  std::string_view name;
  std::uint64_t bytes;
};

/// Only these change with the compute type: indices and masks stay as they are.
inline constexpr std::array kFloatWidths{
    TypeWidth{"F64", 8},  TypeWidth{"F32", 4},     TypeWidth{"F16", 2},
    TypeWidth{"BF16", 2}, TypeWidth{"F8_E4M3", 1}, TypeWidth{"F8_E5M2", 1},
};

inline constexpr std::array kComputeWidths{
    TypeWidth{"float32", 4}, TypeWidth{"fp32", 4},     TypeWidth{"float16", 2},
    TypeWidth{"fp16", 2},    TypeWidth{"bfloat16", 2}, TypeWidth{"bf16", 2},
};

template <std::size_t Count>
[[nodiscard]] std::uint64_t width_of(std::string_view name,
                                     const std::array<TypeWidth, Count>& table) {
  for (const TypeWidth& entry : table) {
    if (entry.name == name) return entry.bytes;
  }
  return 0;
}

/// Bytes per element after loading; zero: as stored. `int8_float16` keeps its weights in int8.
[[nodiscard]] CLAMS_INLINE std::uint64_t compute_width(std::string_view compute_type) {
  return compute_type.starts_with("int8") ? 1 : width_of(compute_type, kComputeWidths);
}

struct StoredTensor {
  std::string type;
  std::uint64_t bytes = 0;
};

[[nodiscard]] CLAMS_INLINE std::uint64_t read_offset(JsonReader& reader) {
  const Json number = reader.read_value();
  const bool is_whole = number.is_number_unsigned() ||
                        (number.is_number_integer() && number.get<std::int64_t>() >= 0);
  if (!is_whole) refuse_header("data_offsets holds no whole number");
  return number.get<std::uint64_t>();
}

/// The bytes between the two offsets, which must lie in the file.
[[nodiscard]] CLAMS_INLINE std::uint64_t read_extent(JsonReader& reader, std::uint64_t data_size) {
  std::array<std::uint64_t, 2> offsets{};
  std::size_t count = 0;
  reader.read_array([&] {
    if (count == offsets.size()) refuse_header("data_offsets holds more than two numbers");
    offsets[count++] = read_offset(reader);
  });
  if (count != offsets.size()) refuse_header("data_offsets holds fewer than two numbers");
  const auto [begin, end] = offsets;
  if (begin > end || end > data_size) refuse_header("a tensor lies outside the file");
  return end - begin;
}

[[nodiscard]] CLAMS_INLINE StoredTensor read_tensor(JsonReader& reader, std::uint64_t data_size) {
  StoredTensor tensor;
  reader.read_object([&](std::string_view key) {
    if (key == "dtype") {
      tensor.type = reader.read_string();
    } else if (key == "data_offsets") {
      tensor.bytes = read_extent(reader, data_size);
    } else {
      reader.skip_value();
    }
  });
  return tensor;
}

[[nodiscard]] CLAMS_INLINE std::uint64_t loaded_bytes(const StoredTensor& tensor,
                                                      std::uint64_t width) {
  const std::uint64_t stored_width = width_of(tensor.type, kFloatWidths);
  return width == 0 || stored_width == 0 ? tensor.bytes : tensor.bytes / stored_width * width;
}

CLAMS_INLINE std::uint64_t safetensors_bytes(ModelFile& file, std::string_view compute_type) {
  const std::uint64_t length =
      little_endian(file.read(0, kSafetensorsLengthBytes), 0, kSafetensorsLengthBytes);
  if (length > kSafetensorsHeaderLimit) refuse_header("the header claims more than 100 MB");
  const std::string header = file.read(kSafetensorsLengthBytes, length);
  const std::uint64_t data_size = file.size() - kSafetensorsLengthBytes - length;

  const std::uint64_t width = compute_width(compute_type);
  std::uint64_t stored = 0;
  std::uint64_t loaded = 0;
  JsonReader reader{header};
  reader.read_object([&](std::string_view key) {
    if (key == "__metadata__") {
      reader.skip_value();
      return;
    }
    const StoredTensor tensor = read_tensor(reader, data_size);
    stored += tensor.bytes;
    loaded += loaded_bytes(tensor, width);
    if (stored > data_size) refuse_header("the tensors overlap");
  });
  reader.expect_end();
  return loaded;
}

}  // namespace clams::detail
