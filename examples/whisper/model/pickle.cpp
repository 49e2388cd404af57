// SPDX-License-Identifier: Apache-2.0
#include "model/pickle.hpp"

#include "model/format_error.hpp"
#include "model/pickle_machine.hpp"

namespace whisper {

Pickle::Pickle(std::span<const std::byte> bytes, const std::string& file,
               std::span<const std::string_view> allowed) {
  constexpr std::size_t kLongest = std::size_t{64} << 20U;  // large-v3's has 0.2 MB
  if (bytes.size() > kLongest)
    throw format_error(file, "the pickle is too long for a checkpoint's");
  PickleMachine machine{bytes, file, allowed};
  root_ = machine.run();
  values_ = machine.take_values();
}

const PickleValue* Pickle::find(const PickleValue& dictionary, std::string_view key) const {
  if (dictionary.kind != PickleValue::Kind::dictionary) return nullptr;
  const auto& items = dictionary.items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const PickleValue& candidate = value(items[i]);
    if (candidate.kind == PickleValue::Kind::text && candidate.text == key) {
      return &value(items[i + 1]);
    }
  }
  return nullptr;
}

}  // namespace whisper
