// SPDX-License-Identifier: Apache-2.0
#include "net/key_value_cache.hpp"

#include <algorithm>
#include <iterator>

namespace whisper {
namespace {

at::Tensor index_of(std::span<const std::int64_t> rows, c10::Device device) {
  auto index = at::empty({std::ssize(rows)}, at::kLong);
  std::copy(rows.begin(), rows.end(), index.data_ptr<std::int64_t>());
  return index.to(device);
}

}  // namespace

KeyValueCache::KeyValueCache(std::int64_t layers, std::int64_t rows, std::int64_t heads,
                             std::int64_t head_width, const at::TensorOptions& options)
    : memory_(at::empty({layers, 2, rows, heads, kPiece, head_width}, options)),
      writes_(static_cast<std::size_t>(rows)) {}

void KeyValueCache::extend(std::int64_t count) {
  reserve(length_ + count);
  for (auto& row : writes_) {
    for (std::int64_t i = 0; i < count; ++i) row.push_back(next_write_++);
  }
  length_ += count;
  appended_ = count;
}

void KeyValueCache::reserve(std::int64_t length) {
  if (length <= memory_.size(kPositions)) return;
  auto sizes = memory_.sizes().vec();
  sizes[kPositions] = (length + kPiece - 1) / kPiece * kPiece;
  auto larger = at::empty(sizes, memory_.options());
  larger.narrow(kPositions, 0, length_).copy_(memory_.narrow(kPositions, 0, length_));
  memory_ = larger;
}

void KeyValueCache::put(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values) {
  const auto newest =
      memory_.select(0, layer).narrow(kPositions - 1, length_ - appended_, appended_);
  newest.select(0, 0).copy_(keys);
  newest.select(0, 1).copy_(values);
}

void KeyValueCache::select(std::span<const std::int64_t> sources) {
  memory_ = memory_.index_select(kRows, index_of(sources, memory_.device()));
  std::vector<std::vector<std::int64_t>> writes;
  for (const auto source : sources) writes.push_back(writes_[static_cast<std::size_t>(source)]);
  writes_ = std::move(writes);
}

void KeyValueCache::reorder(std::span<const std::int64_t> sources) {
  const auto first = first_difference(sources);
  if (first == length_) return;
  const auto end = memory_.narrow(kPositions, first, length_ - first);
  end.copy_(end.index_select(kRows, index_of(sources, memory_.device())));
  auto writes = writes_;
  for (std::size_t row = 0; row < sources.size(); ++row) {
    writes_[row] = writes[static_cast<std::size_t>(sources[row])];
  }
}

std::int64_t KeyValueCache::first_difference(std::span<const std::int64_t> sources) const {
  std::int64_t first = length_;
  for (std::size_t row = 0; row < sources.size(); ++row) {
    const auto& now = writes_[row];
    const auto& then = writes_[static_cast<std::size_t>(sources[row])];
    const auto differ = std::mismatch(now.begin(), now.begin() + first, then.begin()).first;
    first = std::distance(now.begin(), differ);
  }
  return first;
}

}  // namespace whisper
