// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/features.hpp"
#include "net/query_blocks.hpp"
#include "net/step_decoder.hpp"
#include "net/text_memory.hpp"
#include "net/thread_team.hpp"

#include <span>
#include <vector>

namespace whisper {

/// Takes tokens through the layers of a StepDecoder, and remembers them. Once its buffers are as
/// large as they get, it allocates nothing.
///
/// Ownership: borrows the decoder; shares the audio's keys and values; owns its memory and buffers.
/// Threads: confined; works with the thread team.
/// Errors: std::bad_alloc.
class StepPass final : private StagedWork {
 public:
  /// What is kept of a pass besides its result.
  enum class Keep { nothing, cross_queries };

  /// @param audio packed, of all layers. There is a row for each of its windows.
  StepPass(const StepDecoder& decoder, std::vector<CrossKeyValues> audio,
           Keep keep = Keep::nothing);

  [[nodiscard]] TextMemory& memory() noexcept { return memory_; }
  [[nodiscard]] std::size_t windows() const {
    return static_cast<std::size_t>(audio_.front().count());
  }
  /// Goes on with these windows of the audio.
  void keep_windows(const at::Tensor& chosen);

  /// Feeds as many tokens to each row, one row after the other, and returns what the last layer
  /// makes of them: [tokens][width], valid until the next call.
  [[nodiscard]] std::span<const float> feed(std::span<const int> tokens);
  /// The scores of all tokens after some of what was fed.
  void score(std::span<const std::size_t> places, std::vector<float>& scores);
  /// The queries that a layer read the audio with: [tokens][width].
  [[nodiscard]] std::span<const float> cross_queries(std::size_t layer) const {
    return std::span{cross_queries_}.subspan(layer * x_.size(), x_.size());
  }

 private:
  enum Stage : std::size_t { see_text, take_text, see_audio, take_audio, widen, narrow };
  static constexpr std::size_t kStages = 6;  // of a layer
  struct Room {                              // of a worker
    StepRoom read = {};
    StepInputs inputs = {};
    std::size_t inputs_of = 0;  // which stage's, counted from 1
    std::vector<float> heads = {};
    std::vector<float> weights = {};
    QueryBlocks blocks;
  };

  [[nodiscard]] std::size_t stages() const override { return kStages * decoder_.blocks.size(); }
  [[nodiscard]] std::size_t units(std::size_t stage) const override;
  void run(std::size_t stage, std::size_t unit, std::size_t worker) noexcept override;

  void make_room(std::size_t tokens);
  void embed(std::span<const int> tokens);
  [[nodiscard]] const StepInputs& inputs(Room& room, std::size_t stage, const StepLayer& layer,
                                         std::span<const float> from, const LayerNorm* norm) const;
  void read_text(std::size_t stage, std::size_t unit, Room& room);
  void attend_text(std::size_t layer, std::size_t head, std::size_t row, const float* query,
                   Room& room);
  void read_audio(std::size_t stage, std::size_t unit, Room& room);

  const StepDecoder& decoder_;
  std::vector<CrossKeyValues> audio_;
  Keep keep_;
  TextMemory memory_;
  std::size_t count_ = 0;           // tokens of each row that are being fed
  std::size_t rows_of_unit_ = 1;    // of the memory, that are read together
  std::size_t tokens_of_unit_ = 1;  // of a window, that read the audio together
  std::vector<float> x_;            // [tokens][width]
  std::vector<float> seen_;
  std::vector<float> wide_;
  std::vector<float> cross_queries_;
  std::vector<float> chosen_;
  std::vector<Room> rooms_;
};

}  // namespace whisper
