// SPDX-License-Identifier: Apache-2.0
#include "net/layer_tiles.hpp"
#include "net/processor.hpp"
#include "net/torch_network.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <string>
#include <utility>

namespace whisper {
namespace {

constexpr std::array kNames{std::pair{ComputeType::float32, std::string_view{"float32"}},
                            std::pair{ComputeType::float16, std::string_view{"float16"}},
                            std::pair{ComputeType::bfloat16, std::string_view{"bfloat16"}},
                            std::pair{ComputeType::int8, std::string_view{"int8"}}};

}  // namespace

std::string_view compute_type_name(ComputeType type) noexcept {
  for (const auto& [known, name] : kNames) {
    if (known == type) return name;
  }
  return "unknown";
}

std::optional<ComputeType> parse_compute_type(std::string_view name) {
  if (name == "auto") return std::nullopt;
  for (const auto& [type, known] : kNames) {
    if (known == name) return type;
  }
  std::string choices = "auto";
  for (const auto& entry : kNames) choices.append(", ").append(entry.second);
  throw clams::Error(clams::ErrorCode::usage, "there is no compute type \"" + std::string{name} +
                                                  "\"; the choices are " + choices);
}

ComputeType best_compute_type(std::optional<int> gpu) {
  if (gpu) return ComputeType::float16;
  if (!has_packed_kernels()) return ComputeType::float32;
  // By libtorch's kernels int8 costs a percent of the words, as they round what is multiplied, too.
  return layer_tiles(TileFormat::int8) != nullptr ? ComputeType::int8 : ComputeType::float16;
}

}  // namespace whisper
