// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace whisper {

/// Where CTranslate2 keeps a tensor: one of `parts` equal runs of rows of the variable `name`.
struct Ct2Place {
  std::string name = {};
  int part = 0;
  int parts = 1;
};

/// The place of a tensor of model_tensors(), by OpenAI's name.
[[nodiscard]] Ct2Place ct2_place(std::string_view openai_name);

}  // namespace whisper
