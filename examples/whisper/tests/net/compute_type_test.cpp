// SPDX-License-Identifier: Apache-2.0
#include "net/placement.hpp"
#include "net/support/goldens.hpp"
#include "net/support/plain_network.hpp"
#include "net/support/toy_model.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

namespace whisper {
namespace {

using testing::toy_window;

float distance_of(std::span<const float> found, std::span<const float> expected) {
  return testing::distance_near_best(found, expected, expected.size());
}

// How far the scores of two transcripts, begun and continued, are from those of plain loops.
float distance_from_plain(const Network& network) {
  const std::vector windows{toy_window(1), toy_window(2)};
  const std::vector<std::vector<int>> texts{{3, 1, 4, 15}, {9, 2, 6, 35}};
  const auto run = network.start(network.encode(windows));
  std::vector<testing::Matrix> expected;
  for (std::size_t window = 0; window < 2; ++window) {
    expected.push_back(
        testing::plain_decode(testing::plain_encode(windows[window]), texts[window]).scores);
  }
  const auto begun = run->begin(std::vector{3, 1, 4, 9, 2, 6}, std::vector<std::size_t>{0, 2});
  float most = 0;
  for (std::size_t row = 0; row < 4; ++row) {
    const auto& plain = expected[row / 2];
    most = std::max(most, distance_of(begun.row(row), plain.row(row % 2 == 0 ? 0 : 2)));
  }
  const auto next = run->step(std::vector{15, 35});
  most = std::max(most, distance_of(next.row(0), expected[0].row(3)));
  return std::max(most, distance_of(next.row(1), expected[1].row(3)));
}

}  // namespace

TEST_CASE("every compute type scores as plain loops do, as exactly as it can", "[whisper]") {
  const auto [type, tolerance] =
      GENERATE(std::pair{ComputeType::float32, 1e-5F}, std::pair{ComputeType::float16, 6e-2F},
               std::pair{ComputeType::bfloat16, 6e-2F}, std::pair{ComputeType::int8, 0.15F});
  const auto network = make_torch_network(testing::toy_model(), {.compute_type = type});

  const auto distance = distance_from_plain(*network);

  INFO(compute_type_name(type) << " is " << distance << " away");
  CHECK(distance < tolerance);
}

TEST_CASE("weights that are only kept in int8, as on GPUs, score as those of int8 do",
          "[whisper]") {
  const Arithmetic int8{at::kFloat, Kernel::int8_storage};
  const auto network = place_network(
      testing::toy_model(), Placement{.device = c10::kCPU, .encoder = int8, .decoder = int8});

  const auto distance = distance_from_plain(*network);

  INFO("it is " << distance << " away");
  CHECK(distance < 0.3F);
}

TEST_CASE("compute types are asked for by name, or not at all", "[whisper]") {
  CHECK(parse_compute_type("int8") == ComputeType::int8);
  CHECK(parse_compute_type("auto") == std::nullopt);
  CHECK_THROWS_WITH(parse_compute_type("int4"),
                    clams::testing::contains_text("\"int4\"") &&
                        clams::testing::contains_text("auto, float32, float16, bfloat16, int8"));
}

TEST_CASE("a GPU that is not there is refused by its number", "[whisper]") {
  CHECK_THROWS_WITH(make_torch_network(testing::toy_model(), {.gpu = 99}),
                    clams::testing::contains_text("no GPU 99"));
}

TEST_CASE("a network's size is known before it is loaded", "[whisper]") {
  std::size_t numbers = 0;
  for (const auto& [name, tensor] : testing::toy_model().tensors) {
    numbers += static_cast<std::size_t>(tensor.count());
    if (name.ends_with("key.weight")) numbers += 64;  // a bias of zeros
  }
  const auto& dimensions = testing::toy_model().dimensions;

  CHECK(network_bytes(dimensions, ComputeType::float32) == 4 * numbers);
  CHECK(network_bytes(dimensions, ComputeType::float16) < 4 * numbers);
  CHECK(network_bytes(dimensions, ComputeType::int8) <
        network_bytes(dimensions, ComputeType::float16));
}

}  // namespace whisper
