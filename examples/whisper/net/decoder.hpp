// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/features.hpp"
#include "net/key_value_cache.hpp"
#include "net/layer_norm.hpp"
#include "net/linear.hpp"
#include "net/step_decoder.hpp"
#include "net/token_embedding.hpp"
#include "net/weights.hpp"

#include <memory>
#include <vector>

namespace whisper {

/// Whisper's text decoder, without the state of a run.
///
/// Ownership: owns its weights.
/// Threads: immutable; what is passed by reference is confined to the call.
/// Errors: what libtorch throws.
class Decoder {
 public:
  /// @param audio the same weights, for what reads the encoder's output.
  Decoder(const Weights& weights, const Weights& audio);

  /// Keys and values of the encoder's output [windows, positions, width], for all layers.
  [[nodiscard]] std::vector<CrossKeyValues> read_audio(const at::Tensor& encoded) const;

  /// The decoder in our own kernels, where they are for these weights: then what follows, which is
  /// libtorch's, must not be called, but for `score`.
  [[nodiscard]] const StepDecoder* steps() const noexcept { return steps_.get(); }

  /// A cache for so many rows.
  [[nodiscard]] KeyValueCache make_cache(std::int64_t rows) const;

  /// Feeds tokens [rows, n] at the end of the cache's rows, and returns what the last layer makes
  /// of them: [rows, n, width]. All rows of a window of `audio` stand together.
  /// @param queries if given, receives each layer's queries of the cross attention:
  ///   [windows, heads, rows of a window * n, head width].
  [[nodiscard]] at::Tensor forward(const at::Tensor& tokens,
                                   const std::vector<CrossKeyValues>& audio, KeyValueCache& cache,
                                   std::vector<at::Tensor>* queries = nullptr) const;

  /// The scores of all tokens, in float32: of hidden [n, width], [n, vocabulary].
  [[nodiscard]] at::Tensor score(const at::Tensor& hidden) const {
    return embedding_.score(norm_(hidden));
  }

 private:
  struct Block {
    LayerNorm self_norm = {};
    Linear query_key_value = {};
    Linear self_out = {};
    LayerNorm cross_norm = {};
    Linear cross_query = {};
    Linear cross_key_value = {};
    Linear cross_out = {};
    LayerNorm norm = {};
    Linear up = {};
    Linear down = {};
  };
  [[nodiscard]] static Block make_block(const Weights& weights, const Weights& audio,
                                        const std::string& name);

  [[nodiscard]] at::Tensor embed(const at::Tensor& tokens, std::int64_t first) const;
  [[nodiscard]] at::Tensor attend_self(const Block& block, std::int64_t layer, const at::Tensor& x,
                                       KeyValueCache& cache) const;
  [[nodiscard]] at::Tensor attend_audio(const Block& block, const at::Tensor& x,
                                        const CrossKeyValues& audio,
                                        std::vector<at::Tensor>* queries) const;

  std::int64_t heads_;
  at::TensorOptions options_;
  const AttentionTiles* tiles_;  // that the audio is packed for, if any
  TokenEmbedding embedding_;
  at::Tensor positions_;
  std::vector<Block> blocks_;
  LayerNorm norm_;
  std::unique_ptr<const StepDecoder> steps_;
};

}  // namespace whisper
