// SPDX-License-Identifier: Apache-2.0
#include "net/feed_forward.hpp"

#include "net/thread_team.hpp"

#include <algorithm>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kPanel = TiledLayer::kPanel;

// Kept for the next time.
float* room_for(std::int64_t count) {
  thread_local std::vector<float> room;
  room.resize(std::max(room.size(), static_cast<std::size_t>(count)));
  return room.data();
}

void add_tiled(const LayerNorm& norm, const TiledLayer& up, const TiledLayer& down, float* x,
               std::int64_t rows) {
  if (rows <= kPanel) {
    auto* const wide = room_for(rows * up.outputs());
    up.multiply(x, rows, &norm, wide, Finish::gelu);
    down.multiply(wide, rows, nullptr, x, Finish::add);
    return;
  }
  share_rows(rows, kPanel, [&](std::int64_t first, std::int64_t end) {
    auto* const wide = room_for(kPanel * up.outputs());
    auto* const some = x + first * up.inputs();
    up.multiply_panel(some, end - first, &norm, wide, Finish::gelu);
    down.multiply_panel(wide, end - first, nullptr, some, Finish::add);
  });
}

}  // namespace

void FeedForward::add_to(at::Tensor& x) const {
  if (up.tiled() != nullptr && down.tiled() != nullptr && x.is_contiguous()) {
    add_tiled(norm, *up.tiled(), *down.tiled(), x.mutable_data_ptr<float>(),
              x.numel() / up.tiled()->inputs());
    return;
  }
  auto wide = up(norm(x));
  x.add_(down(at::gelu_(wide)));
}

}  // namespace whisper
