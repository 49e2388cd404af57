// SPDX-License-Identifier: Apache-2.0
#include "model/row_copies.hpp"

#include "model/format_error.hpp"
#include "model/model_tensors.hpp"

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <utility>

namespace whisper {

namespace {

std::size_t size_of(Element element) { return element == Element::float32 ? 4 : 2; }

// How many numbers of its storage a tensor reaches over; none if that is beyond all reason.
std::optional<std::uint64_t> reach(const StridedTensor& tensor) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 40U;
  if (tensor.offset < 0 || tensor.offset > kFarthest) return std::nullopt;
  std::int64_t last = tensor.offset;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    const std::int64_t steps = tensor.shape[i] - 1;
    const std::int64_t stride = tensor.strides[i];
    if (stride < 0 || (stride > 0 && steps > (kFarthest - last) / stride)) return std::nullopt;
    last += steps * stride;
  }
  return static_cast<std::uint64_t>(last) + 1;
}

bool lies_by_rows(const StridedTensor& tensor) {
  std::int64_t expected = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
    expected *= tensor.shape[i];
  }
  return true;
}

}  // namespace

StoredTensor RowCopies::by_rows(const StridedTensor& tensor, std::string_view name) {
  const std::size_t size = size_of(tensor.element);
  const auto count = count_numbers(tensor.shape);
  const std::size_t stored = tensor.storage.size() / size;
  if (tensor.strides.size() != tensor.shape.size() || !count || *count == 0 || *count > stored) {
    throw format_error(file_, fmt::format("tensor {} of shape {} does not fit its storage of {} "
                                          "numbers",
                                          name, shape_text(tensor.shape), stored));
  }
  const auto reached = reach(tensor);
  if (!reached || *reached > stored) {
    throw format_error(
        file_, fmt::format("tensor {} reaches beyond its storage of {} numbers", name, stored));
  }
  StoredTensor result{.element = tensor.element, .shape = tensor.shape};
  const auto numbers = static_cast<std::size_t>(*count);
  if (lies_by_rows(tensor)) {
    result.bytes =
        tensor.storage.subspan(static_cast<std::size_t>(tensor.offset) * size, numbers * size);
    return result;
  }
  if (numbers * size > room_) {
    throw format_error(file_, fmt::format("tensor {} and others overlap in the file", name));
  }
  room_ -= numbers * size;
  result.bytes = copy(tensor, size, numbers);
  return result;
}

std::span<const std::byte> RowCopies::copy(const StridedTensor& tensor, std::size_t element_size,
                                           std::size_t count) {
  auto& bytes = copies_.emplace_back(count * element_size);
  std::vector<std::int64_t> index(tensor.shape.size());
  std::int64_t at = tensor.offset;
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(bytes.data() + i * element_size,
                tensor.storage.data() + static_cast<std::size_t>(at) * element_size, element_size);
    for (std::size_t d = index.size(); d-- > 0;) {  // the next place, as an odometer counts
      at += tensor.strides[d];
      if (++index[d] < tensor.shape[d]) break;
      at -= tensor.strides[d] * tensor.shape[d];
      index[d] = 0;
    }
  }
  return bytes;
}

}  // namespace whisper
