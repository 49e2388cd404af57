// SPDX-License-Identifier: Apache-2.0
#include "net/text_memory.hpp"

#include <utility>

namespace whisper {

Half* TextMemory::next_place() {
  if (used_ == kTokens) {
    const auto size = 2 * layers_ * heads_ * kTokens * StepKernels::kOutputs;
    pieces_.push_back(std::make_unique_for_overwrite<Half[]>(size));
    used_ = 0;
  }
  return pieces_.back().get() + used_++ * StepKernels::kOutputs;
}

void TextMemory::extend(std::size_t count) {
  for (auto& row : rows_) {
    for (std::size_t i = 0; i < count; ++i) row.push_back(next_place());
  }
}

void TextMemory::select(std::span<const std::size_t> sources) {
  before_.resize(sources.size());
  for (std::size_t row = 0; row < sources.size(); ++row) before_[row] = rows_[sources[row]];
  std::swap(rows_, before_);
}

}  // namespace whisper
