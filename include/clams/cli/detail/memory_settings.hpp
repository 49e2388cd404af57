// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/settings.hpp>
#include <clams/memory/memory_options.hpp>

#include <span>

namespace clams::detail {

/// Those about GPU memory, which every command knows.
[[nodiscard]] std::span<const Setting> memory_settings();

/// The options for GPU memory out of what was set.
/// @throws Error usage naming the setting, the value and what would be right.
[[nodiscard]] MemoryOptions memory_options(const Settings& settings);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/memory_settings.ipp>
#endif
