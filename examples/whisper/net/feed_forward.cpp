// SPDX-License-Identifier: Apache-2.0
#include "net/feed_forward.hpp"

#include <algorithm>
#include <vector>

namespace whisper {
namespace {

// Kept for the next time.
float* room_for(std::int64_t count) {
  thread_local std::vector<float> room;
  room.resize(std::max(room.size(), static_cast<std::size_t>(count)));
  return room.data();
}

}  // namespace

void FeedForward::add_to(at::Tensor& x) const {
  auto wide = up(norm(x));
  x.add_(down(at::gelu_(wide)));
}

void FeedForward::add_to_panel(float* x, std::int64_t rows) const {
  auto* const wide = room_for(rows * up.tiled()->outputs());
  up.tiled()->multiply_panel(x, rows, &norm, wide, Finish::gelu);
  down.tiled()->multiply_panel(wide, rows, nullptr, x, Finish::add);
}

}  // namespace whisper
