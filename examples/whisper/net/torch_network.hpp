// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "model/model_file.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace whisper {

/// In which numbers the network computes.
enum class ComputeType {
  float32,
  float16,  ///< GPUs
  bfloat16,
  int8  ///< weights of the linear layers, one scale a row; their inputs are quantised as they come
};

/// `float32`, `float16`, ...: as people write it.
[[nodiscard]] std::string_view compute_type_name(ComputeType type) noexcept;

/// What people may ask for: a type's name, or `auto`, which is none.
/// @throws clams::Error usage naming the choices.
[[nodiscard]] std::optional<ComputeType> parse_compute_type(std::string_view name);

/// The fastest type that keeps the word error rate, for the processor (`gpu` = none) or a GPU.
[[nodiscard]] ComputeType best_compute_type(std::optional<int> gpu);

/// How a network is made.
struct NetworkOptions {
  std::optional<int> gpu = {};  ///< its index among those that CUDA sees; none: the processor
  ComputeType compute_type = ComputeType::float32;
};

/// The network in libtorch. Once it returns, nothing of the file is needed any more.
/// @throws clams::Error unavailable if there is no such GPU, or the type does not run there.
[[nodiscard]] std::unique_ptr<Network> make_torch_network(const ModelFile& file,
                                                          const NetworkOptions& options);

/// How many bytes the weights take in this type, before anything is loaded.
[[nodiscard]] std::size_t network_bytes(const Dimensions& dimensions, ComputeType type);

/// Lets libtorch work with so many threads; 0: as many as there are processors. Threads that wait
/// for each other do not spin, so that a busy machine does not slow them down many times over.
/// To be called before the first network is made.
void use_threads(int threads);

}  // namespace whisper
