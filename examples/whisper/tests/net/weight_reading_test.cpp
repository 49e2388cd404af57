// SPDX-License-Identifier: Apache-2.0
#include "net/large_pages.hpp"
#include "net/tensor_reader.hpp"
#include "support/catch.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

// The flags that the system has for the memory at this address, such as ` rd wr hg`.
std::string memory_flags(const void* address) {
  const auto place = std::bit_cast<std::uintptr_t>(address);
  std::ifstream maps{"/proc/self/smaps"};
  bool is_here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = ' ';
    std::istringstream range{line};
    if (range >> std::hex >> begin >> dash >> end && dash == '-') {
      is_here = begin <= place && place < end;
    }
    if (is_here && line.starts_with("VmFlags:")) return line;
  }
  return {};
}

std::vector<float> numbers_of(const at::Tensor& tensor) {
  const auto* const first = tensor.const_data_ptr<float>();
  return {first, first + tensor.numel()};
}

}  // namespace

TEST_CASE("large weights stand in large pages, where the system has them", "[whisper]") {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled")) {
    CLAMS_SKIP("this system has no large pages");
  }
  constexpr std::int64_t kMiB = std::int64_t{1} << 20U;

  const auto large = whisper::empty_weights({16, kMiB}, at::kChar);

  CHECK(large.numel() == 16 * kMiB);
  CHECK(
      memory_flags(static_cast<const std::byte*>(large.const_data_ptr()) + 8 * kMiB).find(" hg") !=
      std::string::npos);
}

TEST_CASE("numbers that are stored as they are wanted are copied from any address", "[whisper]") {
  const std::vector<float> numbers{1, -2, 3.5F};
  std::array<std::byte, 1 + 3 * sizeof(float)> file{};
  std::memcpy(file.data() + 1, numbers.data(), 3 * sizeof(float));
  const whisper::StoredTensor stored{
      .element = whisper::Element::float32, .shape = {3}, .bytes = std::span{file}.subspan(1)};
  const auto same = at::empty({3}, at::kFloat);
  const auto half = at::empty({3}, at::kHalf);

  whisper::read_tensor(stored, same);
  whisper::read_tensor(stored, half);

  CHECK(numbers_of(same) == numbers);
  CHECK(numbers_of(half.to(at::kFloat)) == numbers);
}
