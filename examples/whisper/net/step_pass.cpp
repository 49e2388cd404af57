// SPDX-License-Identifier: Apache-2.0
#include "net/step_pass.hpp"

#include <ATen/ops/index_select.h>
#include <algorithm>
#include <utility>

namespace whisper {
namespace {

constexpr std::size_t kWidth = StepKernels::kOutputs;  // of a head
constexpr std::size_t kTokensOfUnit = 48;

std::size_t parts(std::size_t count, std::size_t part) { return (count + part - 1) / part; }

}  // namespace

StepPass::StepPass(const StepDecoder& decoder, std::vector<CrossKeyValues> audio, Keep keep)
    : decoder_(decoder),
      audio_(std::move(audio)),
      keep_(keep),
      memory_(decoder.blocks.size(), decoder.heads, windows()) {
  const auto positions = static_cast<std::size_t>(audio_.front().positions());
  for (std::size_t worker = 0; worker < thread_team().size(); ++worker) {
    rooms_.push_back({.blocks = QueryBlocks{*audio_.front().tiles, positions}});
  }
}

void StepPass::keep_windows(const at::Tensor& chosen) {
  for (auto& layer : audio_) layer.windows = layer.windows.index_select(0, chosen);
}

std::span<const float> StepPass::feed(std::span<const int> tokens) {
  count_ = tokens.size() / memory_.rows();
  make_room(tokens.size());
  embed(tokens);
  memory_.extend(count_);
  thread_team().run(*this);
  return x_;
}

void StepPass::score(std::span<const std::size_t> places, std::vector<float>& scores) {
  const auto width = decoder_.width;
  chosen_.resize(places.size() * width);
  for (std::size_t i = 0; i < places.size(); ++i) {
    step_kernels()->normalize(
        x_.data() + places[i] * width, decoder_.norm.gamma.const_data_ptr<float>(),
        decoder_.norm.beta.const_data_ptr<float>(), width, chosen_.data() + i * width);
  }
  scores.resize(places.size() * decoder_.embedding.vocabulary());
  decoder_.embedding.score(chosen_, scores.data());
}

void StepPass::make_room(std::size_t tokens) {
  const auto width = decoder_.width;
  rows_of_unit_ = std::max<std::size_t>(1, kTokensOfUnit / count_);
  tokens_of_unit_ = std::min(kTokensOfUnit, tokens / windows());
  x_.resize(tokens * width);
  seen_.resize(tokens * width);
  const auto& block = decoder_.blocks.front();
  wide_.resize(tokens * block.down.inputs());
  if (keep_ == Keep::cross_queries) cross_queries_.resize(audio_.size() * tokens * width);
  const auto largest = std::max(rows_of_unit_ * count_, tokens_of_unit_);
  for (auto& room : rooms_) {
    block.up.reserve(tokens, &block.norm, room.read);
    block.down.reserve(tokens, nullptr, room.read);
    room.inputs_of = 0;
    room.heads.resize(3 * largest * kWidth);
    room.weights.resize(memory_.length() + count_ + kWidth);
  }
}

void StepPass::embed(std::span<const int> tokens) {
  const auto width = decoder_.width;
  const auto* const positions = decoder_.positions.const_data_ptr<float>();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto position = memory_.length() + i % count_;
    step_kernels()->from_half(decoder_.embedding.half_row(tokens[i]), positions + position * width,
                              width, x_.data() + i * width);
  }
}

std::size_t StepPass::units(std::size_t stage) const {
  const auto& block = decoder_.blocks[stage / kStages];
  switch (stage % kStages) {
    case see_text: return decoder_.heads * parts(memory_.rows(), rows_of_unit_);
    case see_audio:
      return decoder_.heads * windows() *
             parts(memory_.rows() * count_ / windows(), tokens_of_unit_);
    case widen: return block.up.blocks();
    default: return block.down.blocks();
  }
}

void StepPass::run(std::size_t stage, std::size_t unit, std::size_t worker) noexcept {
  const auto& block = decoder_.blocks[stage / kStages];
  const auto tokens = memory_.rows() * count_;
  const auto width = decoder_.width;
  auto& room = rooms_[worker];
  const OutputRows to_x{x_.data() + unit * kWidth, width, Finish::add};
  switch (stage % kStages) {
    case see_text: return read_text(stage, unit, room);
    case take_text:
      return block.self_out.multiply(unit, inputs(room, stage, block.self_out, seen_, nullptr), 0,
                                     tokens, to_x);
    case see_audio: return read_audio(stage, unit, room);
    case take_audio:
      return block.cross_out.multiply(unit, inputs(room, stage, block.cross_out, seen_, nullptr), 0,
                                      tokens, to_x);
    case widen:
      return block.up.multiply(unit, inputs(room, stage, block.up, x_, &block.norm), 0, tokens,
                               {wide_.data() + unit * kWidth, block.down.inputs(), Finish::gelu});
    default:
      return block.down.multiply(unit, inputs(room, stage, block.down, wide_, nullptr), 0, tokens,
                                 to_x);
  }
}

// Each worker that takes part reads them: that is faster than to wait for another.
const StepInputs& StepPass::inputs(Room& room, std::size_t stage, const StepLayer& layer,
                                   std::span<const float> from, const LayerNorm* norm) const {
  if (room.inputs_of != stage + 1) {
    room.inputs = layer.read(from.data(), memory_.rows() * count_, norm, room.read);
    room.inputs_of = stage + 1;
  }
  return room.inputs;
}

void StepPass::read_text(std::size_t stage, std::size_t unit, Room& room) {
  const auto& block = decoder_.blocks[stage / kStages];
  const auto head = unit % decoder_.heads;
  const auto first = unit / decoder_.heads * rows_of_unit_;
  const auto rows = std::min(rows_of_unit_, memory_.rows() - first);
  const auto tokens = rows * count_;
  const auto& x = inputs(room, stage, block.query, x_, &block.self_norm);
  auto* const queries = room.heads.data();
  auto* const keys = queries + tokens * kWidth;
  auto* const values = keys + tokens * kWidth;
  block.query.multiply(head, x, first * count_, tokens, {queries, kWidth});
  block.key.multiply(head, x, first * count_, tokens, {keys, kWidth});
  block.value.multiply(head, x, first * count_, tokens, {values, kWidth});
  const auto layer = stage / kStages;
  const auto before = memory_.length() - count_;
  for (std::size_t i = 0; i < tokens; ++i) {
    auto* const place = memory_.row(first + i / count_)[before + i % count_];
    step_kernels()->to_half(keys + i * kWidth, place + memory_.keys(layer, head));
    step_kernels()->to_half(values + i * kWidth, place + memory_.values(layer, head));
  }
  for (std::size_t row = 0; row < rows; ++row) {
    attend_text(layer, head, first + row, queries + row * count_ * kWidth, room);
  }
}

// Each token sees those before it, and itself.
void StepPass::attend_text(std::size_t layer, std::size_t head, std::size_t row, const float* query,
                           Room& room) {
  const auto places = memory_.row(row);
  auto* to = seen_.data() + row * count_ * decoder_.width + head * kWidth;
  for (std::size_t i = 0; i < count_; ++i) {
    step_kernels()->attend(query + i * kWidth,
                           {.rows = places.data(),
                            .count = places.size() - count_ + i + 1,
                            .keys = memory_.keys(layer, head),
                            .values = memory_.values(layer, head)},
                           room.weights.data(), to + i * decoder_.width);
  }
}

void StepPass::read_audio(std::size_t stage, std::size_t unit, Room& room) {
  const auto& block = decoder_.blocks[stage / kStages];
  const auto head = unit % decoder_.heads;
  const auto of_window = memory_.rows() * count_ / windows();
  const auto units_of_window = parts(of_window, tokens_of_unit_);
  const auto part = unit / decoder_.heads;
  const auto window = part / units_of_window;
  const auto begin = part % units_of_window * tokens_of_unit_;
  const auto count = std::min(tokens_of_unit_, of_window - begin);
  const auto first = window * of_window + begin;
  const auto width = decoder_.width;
  block.cross_query.multiply(head, inputs(room, stage, block.cross_query, x_, &block.cross_norm),
                             first, count, {room.heads.data(), kWidth});
  if (keep_ == Keep::cross_queries) {
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(room.heads.data() + i * kWidth, kWidth,
                  cross_queries_.data() + stage / kStages * x_.size() + (first + i) * width +
                      head * kWidth);
    }
  }
  const auto seen_head = audio_[stage / kStages].packed().head(static_cast<std::int64_t>(window),
                                                               static_cast<std::int64_t>(head));
  for (std::size_t row = 0; row < count; row += QueryBlocks::kRows) {
    room.blocks.attend(room.heads.data() + row * kWidth, kWidth,
                       std::min(QueryBlocks::kRows, count - row), seen_head,
                       seen_.data() + (first + row) * width + head * kWidth, width);
  }
}

}  // namespace whisper
