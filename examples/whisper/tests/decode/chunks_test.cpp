// SPDX-License-Identifier: Apache-2.0
#include "decode/chunks.hpp"

#include "support/catch.hpp"

namespace {

using namespace whisper;

MelWindow loud_window() {
  MelWindow window{.mels = 2, .values = {}};
  for (int i = 0; i < 2 * kWindowFrames; ++i) window.values.push_back(static_cast<float>(i % 7));
  return window;
}

void make_quiet(MelWindow& window, std::size_t from, std::size_t to) {
  for (std::size_t frame = from; frame < to; ++frame) {
    window.values[frame] = window.values[kWindowFrames + frame] = -1;
  }
}

}  // namespace

TEST_CASE("a long recording is cut in the pause nearest to the end of a window", "[whisper]") {
  MelWindow window = loud_window();
  make_quiet(window, 500, 800);
  make_quiet(window, 2200, 2240);
  make_quiet(window, 2500, 2540);

  const int cut = quiet_cut(window);

  CHECK(cut >= 2500);
  CHECK(cut <= 2540);
}

TEST_CASE("a longer pause is a better place than a breath", "[whisper]") {
  MelWindow window = loud_window();
  make_quiet(window, 2200, 2240);
  make_quiet(window, 2800, 2810);

  CHECK(quiet_cut(window) < 2240);
}

TEST_CASE("the cut is in the last third, whatever there is", "[whisper]") {
  CHECK(quiet_cut(loud_window()) >= 2000);
  CHECK(quiet_cut({.mels = 1, .values = std::vector<float>(kWindowFrames, 0)}) > 2900);
}

TEST_CASE("a later part of a window has padding after it", "[whisper]") {
  const MelWindow window = loud_window();
  MelWindow padding{.mels = 2, .values = std::vector<float>(2 * kWindowFrames, -1.5F)};
  padding.values[0] = 9;  // a sound's last trace

  const MelWindow part = later_part(window, 1000, 500, padding);

  CHECK(part.values.size() == window.values.size());
  CHECK(part.values[0] == window.values[1000]);
  CHECK(part.values[499] == window.values[1499]);
  CHECK(part.values[500] == -1.5F);
  CHECK(part.values[kWindowFrames] == window.values[kWindowFrames + 1000]);
  CHECK(part.values.back() == -1.5F);
}
