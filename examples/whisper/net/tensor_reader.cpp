// SPDX-License-Identifier: Apache-2.0
#include "net/tensor_reader.hpp"

#include "net/thread_team.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace whisper {
namespace {

// Small enough to stay in the processor's cache between the two passes over it.
constexpr std::int64_t kPiece = 32'768;

std::optional<at::ScalarType> plain_type(Element element) {
  switch (element) {
    case Element::float32: return at::kFloat;
    case Element::float16: return at::kHalf;
    case Element::bfloat16: return at::kBFloat16;
    default: return std::nullopt;
  }
}

// The stored bytes may be unaligned: what is not copied as it is goes through an aligned piece.
void convert_piece(const StoredTensor& stored, at::ScalarType type, const at::Tensor& to,
                   std::int64_t begin, std::int64_t end) {
  const auto size = static_cast<std::int64_t>(c10::elementSize(type));
  if (to.scalar_type() == type) {
    std::memcpy(static_cast<std::byte*>(to.data_ptr()) + begin * size,
                stored.bytes.data() + begin * size, static_cast<std::size_t>((end - begin) * size));
    return;
  }
  const auto piece = at::empty({end - begin}, type);
  std::memcpy(piece.data_ptr(), stored.bytes.data() + begin * size, piece.nbytes());
  to.narrow(0, begin, end - begin).copy_(piece);
}

}  // namespace

void read_tensor(const StoredTensor& stored, const at::Tensor& to) {
  const auto flat = to.view({-1});
  if (const auto type = plain_type(stored.element)) {
    return share_rows(stored.count(), kPiece, [&](std::int64_t begin, std::int64_t end) {
      convert_piece(stored, *type, flat, begin, end);
    });
  }
  const auto numbers = at::empty({stored.count()}, at::kFloat);
  copy_as_float32(stored, {numbers.data_ptr<float>(), static_cast<std::size_t>(stored.count())});
  flat.copy_(numbers);
}

}  // namespace whisper
