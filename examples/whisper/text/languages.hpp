// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace whisper {

/// The codes of all languages that a Whisper model knows, in the order of their tokens. Models know
/// the first 99 of them, or all 100.
[[nodiscard]] std::span<const std::string_view> language_codes() noexcept;

}  // namespace whisper
