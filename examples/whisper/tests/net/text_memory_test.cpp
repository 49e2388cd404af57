// SPDX-License-Identifier: Apache-2.0
#include "net/text_memory.hpp"

#include "support/catch.hpp"

#include <set>

namespace whisper {
namespace {

/// Writes a number into the newest place of each row, at the last number of the last head's values.
void write(TextMemory& memory, std::vector<Half> numbers) {
  memory.extend(1);
  for (std::size_t row = 0; row < memory.rows(); ++row) {
    memory.row(row).back()[memory.values(1, 2) + StepKernels::kOutputs - 1] = numbers[row];
  }
}

std::vector<Half> read(const TextMemory& memory, std::size_t row) {
  std::vector<Half> numbers;
  for (const auto* place : memory.row(row)) {
    numbers.push_back(place[memory.values(1, 2) + StepKernels::kOutputs - 1]);
  }
  return numbers;
}

}  // namespace

TEST_CASE("rows that part remember their common beginning and their own end", "[whisper]") {
  TextMemory memory{2, 3, 1};
  write(memory, {7});
  memory.select(std::vector<std::size_t>{0, 0});
  write(memory, {8, 9});

  memory.select(std::vector<std::size_t>{1, 0, 1});
  write(memory, {1, 2, 3});

  CHECK(memory.length() == 3);
  CHECK(read(memory, 0) == std::vector<Half>{7, 9, 1});
  CHECK(read(memory, 1) == std::vector<Half>{7, 8, 2});
  CHECK(read(memory, 2) == std::vector<Half>{7, 9, 3});
}

TEST_CASE("a memory that grows keeps what it has, and no place serves two tokens", "[whisper]") {
  TextMemory memory{2, 3, 2};
  std::vector<Half> expected;
  for (Half i = 0; i < 100; ++i) {
    write(memory, {i, static_cast<Half>(1000 + i)});
    expected.push_back(i);
  }

  std::set<const Half*> places(memory.row(0).begin(), memory.row(0).end());
  places.insert(memory.row(1).begin(), memory.row(1).end());

  CHECK(read(memory, 0) == expected);
  CHECK(places.size() == 200);
}

TEST_CASE("heads and layers of a token do not share numbers", "[whisper]") {
  const TextMemory memory{2, 3, 1};
  std::set<std::size_t> offsets;

  for (std::size_t layer = 0; layer < 2; ++layer) {
    for (std::size_t head = 0; head < 3; ++head) {
      offsets.insert(memory.keys(layer, head));
      offsets.insert(memory.values(layer, head));
    }
  }

  CHECK(offsets.size() == 12);
}

}  // namespace whisper
