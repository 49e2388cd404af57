// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors_file.hpp"

#include "model/byte_reader.hpp"
#include "model/format_error.hpp"
#include <clams/util/json_reader.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace whisper {

namespace {

constexpr std::uint64_t kUnlikely = std::uint64_t{1} << 60U;  // longer than any file
constexpr std::size_t kHead = 8;                              // the length of the header

struct TypeName {
  std::string_view name;
  Element element;
  std::uint64_t bytes;
};

constexpr std::array kTypes{
    TypeName{"F32", Element::float32, 4},
    TypeName{"F16", Element::float16, 2},
    TypeName{"BF16", Element::bfloat16, 2},
};

template <typename Number>
void read_numbers(clams::JsonReader& reader, std::vector<Number>& numbers) {
  constexpr std::size_t kMostNumbers = 8;
  reader.read_array([&] {
    const clams::Json value = reader.read_value();
    if (!value.is_number_integer() || value < 0 || numbers.size() == kMostNumbers) {
      reader.fail("at most eight whole numbers were expected");
    }
    numbers.push_back(value.get<Number>());
  });
}

/// What the header says about one tensor.
struct Entry {
  std::string type = {};
  std::vector<std::int64_t> shape = {};
  std::vector<std::uint64_t> offsets = {};
};

Entry read_entry(clams::JsonReader& reader) {
  Entry entry;
  reader.read_object([&](std::string_view key) {
    if (key == "dtype") {
      entry.type = reader.read_string();
    } else if (key == "shape") {
      read_numbers(reader, entry.shape);
    } else if (key == "data_offsets") {
      read_numbers(reader, entry.offsets);
    } else {
      reader.skip_value();
    }
  });
  return entry;
}

StoredTensor make_tensor(const Entry& entry, std::string_view name, std::span<const std::byte> data,
                         clams::JsonReader& reader) {
  const TypeName* type = nullptr;
  for (const auto& known : kTypes) {
    if (known.name == entry.type) type = &known;
  }
  if (type == nullptr) {
    reader.fail(fmt::format("tensor {} has the type {}, but F32, F16 and BF16 are what is read",
                            shown(name), shown(entry.type)));
  }
  const std::uint64_t bytes = count_numbers(entry.shape).value_or(kUnlikely) * type->bytes;
  if (entry.offsets.size() != 2 || entry.offsets[0] > entry.offsets[1] ||
      entry.offsets[1] > data.size() || entry.offsets[1] - entry.offsets[0] != bytes) {
    reader.fail(
        fmt::format("the place of tensor {} is not in the file, or not of its size; the file "
                    "is truncated or damaged",
                    shown(name)));
  }
  return {.element = type->element,
          .shape = entry.shape,
          .bytes = data.subspan(entry.offsets[0], bytes)};
}

void read_header(std::string_view header, std::span<const std::byte> data, TensorMap& tensors) {
  clams::JsonReader reader{header};
  reader.read_object([&](std::string_view key) {
    if (key == "__metadata__") {
      reader.skip_value();
      return;
    }
    const std::string name{key};
    auto tensor = make_tensor(read_entry(reader), name, data, reader);
    if (!tensors.emplace(name, std::move(tensor)).second) {
      reader.fail(fmt::format("tensor {} is there twice", shown(name)));
    }
  });
}

}  // namespace

bool looks_like_safetensors(std::span<const std::byte> bytes) noexcept {
  constexpr std::uint64_t kLongestHeader = 100'000'000;  // what the format allows
  std::uint64_t length = 0;
  if (bytes.size() <= kHead) return false;
  std::memcpy(&length, bytes.data(), kHead);
  return length >= 2 && length <= kLongestHeader && bytes[kHead] == std::byte{'{'};
}

void read_safetensors(std::span<const std::byte> bytes, const std::string& file,
                      TensorMap& tensors) {
  ByteReader reader{file, bytes};
  const auto header = reader.text(reader.number<std::uint64_t>());
  try {
    read_header(header, bytes.subspan(reader.position()), tensors);
  } catch (const clams::Error& error) {
    throw format_error(file, std::string{"the header: "} + error.what());
  }
}

}  // namespace whisper
